#include "model/graph/rank_report.h"

#include <cmath>
#include <limits>
#include <span>

namespace lemnos {
namespace {

constexpr double lossOne = 0x1p32;

}  // namespace

void RankReport::add(const StepResult& part) {
    if (std::isfinite(part.lossSum))
        loss += std::llround(part.lossSum * lossOne);
    else
        finite = false;
    correct += part.correct;
    count += part.count;
}

Result<GroupReport> shareReport(const RankReport& own, Collective& collective, Collective::Tag tag, PartNorms* norms) {
    const auto ranks = static_cast<std::size_t>(collective.size()), rank = static_cast<std::size_t>(collective.rank());
    // Sums first, then what each rank has a place of its own for.
    constexpr std::size_t sums = 4;
    std::vector<std::int64_t> numbers(sums + (norms ? 2 + ranks : 2) * ranks, 0);
    const auto all = std::span(numbers), amounts = all.subspan(sums, ranks),
               nanoseconds = all.subspan(sums + ranks, ranks), table = all.subspan(sums + 2 * ranks);
    numbers[0] = own.loss;
    numbers[1] = own.correct;
    numbers[2] = own.count;
    numbers[3] = own.finite ? 0 : 1;
    amounts[rank] = own.amount;
    nanoseconds[rank] = static_cast<std::int64_t>(own.seconds * 1e9);
    if (norms) norms->takeRow(rank, table);
    TRY_OK(collective.allReduce(all, tag));

    GroupReport report{
        {static_cast<double>(numbers[0]) / lossOne, numbers[1], numbers[2]}, {amounts.begin(), amounts.end()}, {}, {}};
    if (numbers[3] > 0) report.result.lossSum = std::numeric_limits<double>::quiet_NaN();
    for (const std::int64_t time : nanoseconds) report.seconds.push_back(static_cast<double>(time) * 1e-9);
    if (norms) report.norms = PartNorms::norms(table);
    return report;
}

}  // namespace lemnos
