// assignSplits(): dealing the pictures out to training, validation and test.
#include <algorithm>
#include <cmath>
#include <map>
#include <regex>
#include <tuple>
#include <utility>

#include "model/data/dataset_index.h"
#include "model/data/hash.h"
#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {

namespace {

/// How many pictures of a class go to validation and test; the rest are for training.
struct Deal {
    std::size_t validation = 0;
    std::size_t test = 0;
};

std::size_t shareOf(std::size_t count, double share) {
    if (!(share > 0)) return 0;
    const auto rounded = static_cast<std::size_t>(std::llround(static_cast<double>(count) * std::min(share, 1.0)));
    return std::max<std::size_t>(1, rounded);
}

Deal dealFor(std::size_t count, double validationShare, double testShare) {
    if (count < 2) return {};
    if (count == 2) return {validationShare > 0 ? std::size_t{1} : 0, 0};
    Deal deal{shareOf(count, validationShare), shareOf(count, testShare)};
    while (deal.validation + deal.test >= count) --(deal.validation > deal.test ? deal.validation : deal.test);
    return deal;
}

/// Stands for a picture: by its content, so that the name does not matter.
std::uint64_t identity(const Sample& sample) {
    return sample.hash != 0 ? sample.hash : fnv1a(sample.path);
}

using Members = std::vector<std::uint32_t>;

/// The pictures in the order of a hash of seed and content: when pictures are added, only those near the borders
/// between the parts change sides.
Members ordered(const DatasetIndex& index, const Members& members, std::uint64_t seed) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
    order.reserve(members.size());
    for (const std::uint32_t i : members) order.emplace_back(splitMix(identity(index.samples[i]) ^ splitMix(seed)), i);
    std::ranges::sort(order, [&](const auto& a, const auto& b) {
        return std::tie(a.first, index.samples[a.second].path) < std::tie(b.first, index.samples[b.second].path);
    });
    Members result;
    result.reserve(order.size());
    for (const auto& [hash, i] : order) result.push_back(i);
    return result;
}

/// Deals out the pictures of one class: the first to validation and the last to test. With folds, the part that is no
/// test is cut into as many pieces, of which one is for validation.
void dealOut(DatasetIndex& index, const Members& members, const SplitOptions& options) {
    const Members order = ordered(index, members, options.seed);
    Deal deal = dealFor(order.size(), options.folds > 1 ? 0 : options.validationShare, options.testShare);
    std::size_t first = 0;
    if (options.folds > 1) {
        const std::size_t rest = order.size() - deal.test;
        const auto folds = static_cast<std::size_t>(options.folds), fold = static_cast<std::size_t>(options.fold);
        first = rest * (fold - 1) / folds;
        deal.validation = rest * fold / folds - first;
        if (deal.validation == rest) deal.validation = 0;
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
        index.samples[order[i]].split = i >= first && i < first + deal.validation ? Split::validation
                                        : i >= order.size() - deal.test           ? Split::test
                                                                                  : Split::train;
    }
}

/// Names the group of a picture: its folder, or part of its name. A picture without a group is one of its own.
class GroupNames {
  public:
    explicit GroupNames(const SplitOptions& options) : m_unit(options.unit) {
        if (m_unit == SplitOptions::Unit::name) m_pattern.assign(options.pattern, std::regex::ECMAScript);
    }

    std::string operator()(const Sample& sample) const {
        const auto slash = sample.path.rfind('/');
        const std::string folder = std::to_string(sample.source) + '/' + std::string(sample.path.substr(0, slash + 1));
        if (m_unit == SplitOptions::Unit::folder) return folder;
        const std::string name(sample.path.substr(slash + 1));
        std::smatch match;
        if (!std::regex_search(name, match, m_pattern)) return folder + name;
        return std::to_string(sample.label) + '/' + match.str(match.size() > 1 ? 1 : 0);
    }

  private:
    SplitOptions::Unit m_unit;
    std::regex m_pattern;
};

/// Deals out whole groups, the largest lack first, so that the shares hold as far as the groups allow. Where a class
/// has one group only, all of it is for training.
void dealOutGroups(DatasetIndex& index, const Members& members, const SplitOptions& options, const GroupNames& nameOf) {
    std::map<std::string, Members> byName;
    for (const std::uint32_t i : members) byName[nameOf(index.samples[i])].push_back(i);
    std::vector<std::pair<std::uint64_t, const Members*>> groups;
    for (const auto& [name, group] : byName)
        groups.emplace_back(splitMix(fnv1a(name) ^ splitMix(options.seed)), &group);
    std::ranges::sort(groups, {}, &std::pair<std::uint64_t, const Members*>::first);

    const auto give = [&](const Members& group, Split split) {
        for (const std::uint32_t i : group) index.samples[i].split = split;
    };
    const Deal deal = dealFor(members.size(), options.folds > 1 ? 0 : options.validationShare, options.testShare);
    std::size_t validation = deal.validation, test = deal.test, left = groups.size();
    std::vector<std::size_t> folds(static_cast<std::size_t>(std::max(options.folds, 1)));
    for (const auto& [hash, group] : groups) {
        const bool last = --left == 0;  // something must be for training
        const auto takes = [last, size = group->size()](std::size_t& lack) {
            if (last || lack < (size + 1) / 2) return false;
            lack -= std::min(lack, size);
            return true;
        };
        if (takes(test)) {
            give(*group, Split::test);
        } else if (options.folds > 1) {
            const auto smallest = std::ranges::min_element(folds);
            *smallest += group->size();
            const bool held = smallest - folds.begin() == options.fold - 1 && groups.size() > 1;
            give(*group, held ? Split::validation : Split::train);
        } else {
            give(*group, takes(validation) ? Split::validation : Split::train);
        }
    }
}

}  // namespace

Status checkSplitOptions(const SplitOptions& options) {
    if (options.folds < 0 || options.folds > 100 ||
        (options.folds > 1 && (options.fold < 1 || options.fold > options.folds)))
        return phrasedError({LEMNOS_TEXT("There is no fold %1 of %2; choose from 2 to 100 folds, and one of them."),
                             {Phrase::name(std::to_string(options.fold)), Phrase::name(std::to_string(options.folds))}},
                            "fold");
    if (options.unit != SplitOptions::Unit::name) return {};
    try {
        const GroupNames names(options);
        return {};
    } catch (const std::regex_error&) {
        return phrasedError(
            {LEMNOS_TEXT("\"%1\" is no pattern; write a regular expression such as \\d+ for the first number "
                         "of the name."),
             {Phrase::name(options.pattern)}},
            "pattern");
    }
}

void assignSplits(DatasetIndex& index, const SplitOptions& options) {
    std::vector<Members> free(index.classes.size()), givenToTrain(index.classes.size());
    bool validated = false;
    for (std::size_t i = 0; i < index.samples.size(); ++i) {
        Sample& sample = index.samples[i];
        sample.split = sample.given.value_or(Split::train);
        validated |= sample.given == Split::validation;
        if (!sample.given)
            free[sample.label].push_back(static_cast<std::uint32_t>(i));
        else if (sample.given == Split::train)
            givenToTrain[sample.label].push_back(static_cast<std::uint32_t>(i));
    }
    const auto deal = [&](const std::vector<Members>& classes, const SplitOptions& shares) {
        if (shares.unit == SplitOptions::Unit::picture) {
            for (const Members& members : classes) dealOut(index, members, shares);
            return;
        }
        const GroupNames names(shares);
        for (const Members& members : classes) dealOutGroups(index, members, shares, names);
    };
    deal(free, options);
    const auto isFree = [](const Members& members) { return !members.empty(); };
    if (!index.preSplit || validated || std::ranges::any_of(free, isFree)) return;
    SplitOptions shares = options;
    shares.testShare = 0;
    deal(givenToTrain, shares);
}

}  // namespace lemnos
