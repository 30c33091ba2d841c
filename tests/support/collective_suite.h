// The conformance suite of Collective: what every implementation has to do, over groups of every size. A test program
// gives it a function that makes groups.
#pragma once

#include <QTest>
#include <functional>
#include <memory>
#include <vector>

#include "compute/collective/collective.h"

namespace lemnos::test {

using Ranks = std::vector<std::unique_ptr<Collective>>;

/// Lets each rank do `work` in a thread of its own; the first error of each.
std::vector<Status> onEveryRank(const Ranks& ranks, const std::function<Status(Collective&)>& work);

/// `make(size)` gives a new group; where ranks share PCs, `pcs(size)` says how many each has.
class CollectiveSuite : public QObject {
    Q_OBJECT

  public:
    using Pcs = std::function<std::vector<int>(int size)>;
    /// `seesParts`: see Collective::watch().
    explicit CollectiveSuite(
        std::function<Ranks(int size)> make, bool seesParts = true,
        Pcs pcs = [](int size) { return std::vector<int>(std::size_t(size), 1); })
        : m_make(std::move(make)), m_seesParts(seesParts), m_pcs(std::move(pcs)) {}

  private slots:
    void sumsAreThoseOfAllRanksAndEqualToTheBit_data() { addSizes(); }
    void sumsAreThoseOfAllRanksAndEqualToTheBit();
    void wholeNumbersAreSummedExactly_data() { addSizes(); }
    void wholeNumbersAreSummedExactly();
    void everyRankGetsTheBytesOfTheRoot_data() { addSizes(); }
    void everyRankGetsTheBytesOfTheRoot();
    void everyRankGetsWhatEachOtherHasForIt_data() { addSizes(); }
    void everyRankGetsWhatEachOtherHasForIt();
    void roundedSumsAreNearAndEqualToTheBit_data() { addFormats(); }
    void roundedSumsAreNearAndEqualToTheBit();
    void whatRoundingLeavesOutComesWithLaterSums_data() { addFormats(); }
    void whatRoundingLeavesOutComesWithLaterSums();
    void aRoundedSumOfWhatIsNotANumberIsNone_data() { addFormats(); }
    void aRoundedSumOfWhatIsNotANumberIsNone();
    void howMuchEachRankHasBroughtIsSeen_data() { addFormats(); }
    void howMuchEachRankHasBroughtIsSeen();
    void nobodyPassesABarrierBeforeAllAreThere_data() { addSizes(); }
    void nobodyPassesABarrierBeforeAllAreThere();
    void differentTagsAreAnErrorForAll();
    void differentSizesAreAnErrorForAll();
    void anAbortIsAnErrorForAllThatWait();
    void aRankThatGoesAwayIsAnErrorForAllThatWait();
    void anAbortInTheMiddleOfSumsLeavesNoWrongSumAndNobodyWaiting();

  private:
    static void addSizes() {
        QTest::addColumn<int>("size");
        for (const int size : {1, 2, 3, 5, 8}) QTest::addRow("%d", size) << size;
    }
    /// With every size of group.
    static void addFormats();
    /// All but the last rank call barrier(); the last one does `last`.
    void expectErrors(const std::function<Status(Collective&)>& others, const std::function<Status(Collective&)>& last,
                      bool lastFailsToo);

    /// What each brings, added up in the order in which the group does.
    float sumOf(int size, const std::function<float(int rank)>& number) const;

    std::function<Ranks(int size)> m_make;
    bool m_seesParts;
    Pcs m_pcs;
};

}  // namespace lemnos::test
