// The same file in two parts of the data.
#include <algorithm>
#include <set>

#include "model/doctor/copies_support.h"
#include "model/doctor/doctor.h"
#include "model/param.h"

namespace lemnos::checks {

namespace {

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    forEachContent(index, [&](std::span<const std::uint32_t> copies) {
        std::set<Split> splits;
        for (const std::uint32_t i : copies) splits.insert(index.samples[i].split);
        if (splits.size() < 2) return;
        const Split last = *splits.rbegin();  // a fixed test part stays what it was
        std::vector<std::uint32_t> members(copies.begin(), copies.end()), others;
        std::ranges::copy_if(members, std::back_inserter(others),
                             [&](std::uint32_t i) { return index.samples[i].split != last; });
        std::string names;
        for (const Split split : splits) names += (names.empty() ? "" : " and ") + std::string(toString(split));
        findings.push_back(
            {.severity = Finding::Severity::error,
             .text = shownPaths(index, members) + " are the same picture in " + names + ".",
             .samples = members,
             .fixes = {{.label = "Keep it in " + std::string(toString(last)) + " only", .samples = others},
                       {.label = "Move all to " + std::string(toString(*splits.begin())),
                        .kind = Edit::Kind::assign,
                        .samples = members,
                        .split = *splits.begin()}}});
    });
    return {};
}

}  // namespace

extern const CheckType leakage{
    .name = "leakage",
    .label = LEMNOS_TEXT("Same picture in two parts"),
    .help =
        LEMNOS_TEXT("Copies of a training picture among those that the network is judged by: the result looks better "
                    "than it is."),
    .order = 45,
    .find = find};

}  // namespace lemnos::checks
