// The same file in two classes.
#include <algorithm>
#include <set>

#include "model/doctor/copies_support.h"
#include "model/doctor/doctor.h"
#include "model/param.h"
#include "model/text.h"

namespace lemnos::checks {

namespace {

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    forEachContent(index, [&](std::span<const std::uint32_t> copies) {
        std::set<std::uint32_t> labels;
        for (const std::uint32_t i : copies) labels.insert(index.samples[i].label);
        if (labels.size() < 2) return;
        const std::vector<std::uint32_t> members(copies.begin(), copies.end());
        std::vector<Fix> fixes = {{.label = "Exclude all " + std::to_string(members.size()), .samples = members}};
        constexpr std::size_t offered = 3;
        for (const std::uint32_t label : labels) {
            if (fixes.size() <= offered)
                fixes.push_back({.label = "Label all \"" + index.classes[label] + "\"",
                                 .kind = Edit::Kind::relabel,
                                 .samples = members,
                                 .to = index.classes[label]});
        }
        findings.push_back({.severity = Finding::Severity::error,
                            .text = shownPaths(index, members) + " are the same picture in " +
                                    std::to_string(labels.size()) + " classes.",
                            .samples = members,
                            .fixes = std::move(fixes)});
    });
    return {};
}

}  // namespace

extern const CheckType conflicting_labels{
    .name = "conflicting_labels",
    .label = LEMNOS_TEXT("Same picture, two classes"),
    .help = LEMNOS_TEXT("Copies of a file in different classes: whatever the network answers, it is told it is wrong."),
    .order = 50,
    .find = find};

}  // namespace lemnos::checks
