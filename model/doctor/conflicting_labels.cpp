// The same file in two classes.
#include <algorithm>
#include <set>

#include "model/doctor/check_support.h"
#include "model/doctor/doctor.h"
#include "model/param.h"

namespace lemnos::checks {

namespace {

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    forEachContent(index, [&](std::span<const std::uint32_t> copies) {
        std::set<std::uint32_t> labels;
        for (const std::uint32_t i : copies) labels.insert(index.samples[i].label);
        if (labels.size() < 2) return;
        findings.push_back({.severity = Finding::Severity::error,
                            .samples = {copies.begin(), copies.end()},
                            .figures = {labels.size()}});
    });
    return {};
}

Phrase text(const DatasetIndex& index, const Finding& finding) {
    return {LEMNOS_TEXT("%1 are the same picture in %2 classes."),
            {shownPaths(index, finding.samples), Phrase::number(finding.figures.front())}};
}

std::vector<Fix> fixes(const DatasetIndex& index, const Finding& finding) {
    std::vector<Fix> fixes = {{.label = {LEMNOS_TEXT("Exclude all %1"), {Phrase::number(finding.samples.size())}},
                               .samples = finding.samples}};
    std::set<std::uint32_t> labels;
    for (const std::uint32_t i : finding.samples) labels.insert(index.samples[i].label);
    constexpr std::size_t offered = 3;
    for (const std::uint32_t label : labels) {
        if (fixes.size() > offered) break;
        fixes.push_back({.label = {LEMNOS_TEXT("Label all \"%1\""), {Phrase::name(index.classes[label])}},
                         .kind = Edit::Kind::relabel,
                         .samples = finding.samples,
                         .to = index.classes[label]});
    }
    return fixes;
}

}  // namespace

extern const CheckType conflicting_labels{
    .name = "conflicting_labels",
    .label = LEMNOS_TEXT("Same picture, two classes"),
    .help = LEMNOS_TEXT("Copies of a file in different classes: whatever the network answers, it is told it is wrong."),
    .order = 50,
    .find = find,
    .text = text,
    .fixes = fixes};

}  // namespace lemnos::checks
