// The same file in two parts of the data.
#include <algorithm>
#include <set>

#include "model/doctor/check_support.h"
#include "model/doctor/doctor.h"
#include "model/param.h"

namespace lemnos::checks {

namespace {

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    forEachContent(index, [&](std::span<const std::uint32_t> copies) {
        if (partsOf(index, copies).size() > 1)
            findings.push_back({.severity = Finding::Severity::error, .samples = {copies.begin(), copies.end()}});
    });
    return {};
}

Phrase text(const DatasetIndex& index, const Finding& finding) {
    const std::set<Split> parts = partsOf(index, finding.samples);
    const char* const sentence =
        parts.size() == 3              ? LEMNOS_TEXT("%1 are the same picture in train, validation and test.")
        : !parts.contains(Split::test) ? LEMNOS_TEXT("%1 are the same picture in train and validation.")
        : parts.contains(Split::train) ? LEMNOS_TEXT("%1 are the same picture in train and test.")
                                       : LEMNOS_TEXT("%1 are the same picture in validation and test.");
    return {sentence, {shownPaths(index, finding.samples)}};
}

std::vector<Fix> fixes(const DatasetIndex& index, const Finding& finding) {
    const std::set<Split> parts = partsOf(index, finding.samples);
    const Split last = *parts.rbegin();  // a fixed test part stays what it was
    Fix keep{.label = {last == Split::test ? LEMNOS_TEXT("Keep it in test only")
                                           : LEMNOS_TEXT("Keep it in validation only")}};
    std::ranges::copy_if(finding.samples, std::back_inserter(keep.samples),
                         [&](std::uint32_t i) { return index.samples[i].split != last; });
    return {std::move(keep), moveTogether(finding, parts)};
}

}  // namespace

extern const CheckType leakage{
    .name = "leakage",
    .label = LEMNOS_TEXT("Same picture in two parts"),
    .help =
        LEMNOS_TEXT("Copies of a training picture among those that the network is judged by: the result looks better "
                    "than it is."),
    .order = 45,
    .find = find,
    .text = text,
    .fixes = fixes};

}  // namespace lemnos::checks
