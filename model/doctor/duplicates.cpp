// The same file more than once in one class and part.
#include <map>

#include "model/doctor/check_support.h"
#include "model/doctor/doctor.h"
#include "model/param.h"

namespace lemnos::checks {

namespace {

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    forEachContent(index, [&](std::span<const std::uint32_t> copies) {
        std::map<std::pair<std::uint32_t, Split>, std::vector<std::uint32_t>> places;
        for (const std::uint32_t i : copies) places[{index.samples[i].label, index.samples[i].split}].push_back(i);
        for (auto& [place, members] : places) {
            if (members.size() > 1) findings.push_back({.samples = std::move(members)});
        }
    });
    return {};
}

Phrase text(const DatasetIndex& index, const Finding& finding) {
    return {LEMNOS_TEXT("%1 are the same file."), {shownPaths(index, finding.samples)}};
}

std::vector<Fix> fixes(const DatasetIndex&, const Finding& finding) {
    std::vector<std::uint32_t> others(finding.samples.begin() + 1, finding.samples.end());
    const Phrase label = others.size() == 1 ? Phrase{LEMNOS_TEXT("Exclude 1 copy")}
                                            : Phrase{LEMNOS_TEXT("Exclude %1 copies"), {Phrase::number(others.size())}};
    return {{.label = label, .samples = std::move(others)}};
}

}  // namespace

extern const CheckType duplicates{
    .name = "duplicates",
    .label = LEMNOS_TEXT("Exact copies"),
    .help = LEMNOS_TEXT("The same file more than once in a class: it counts more than others, without being more."),
    .order = 60,
    .find = find,
    .text = text,
    .fixes = fixes};

}  // namespace lemnos::checks
