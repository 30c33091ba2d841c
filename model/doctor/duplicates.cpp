// The same file more than once in one class and part.
#include <map>

#include "model/doctor/copies_support.h"
#include "model/doctor/doctor.h"
#include "model/param.h"

namespace lemnos::checks {

namespace {

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    forEachContent(index, [&](std::span<const std::uint32_t> copies) {
        std::map<std::pair<std::uint32_t, Split>, std::vector<std::uint32_t>> places;
        for (const std::uint32_t i : copies) places[{index.samples[i].label, index.samples[i].split}].push_back(i);
        for (auto& [place, members] : places) {
            if (members.size() < 2) continue;
            const std::vector<std::uint32_t> others(members.begin() + 1, members.end());
            findings.push_back(
                {.text = shownPaths(index, members) + " are the same file.",
                 .samples = members,
                 .fixes = {{.label = "Exclude " + counted(others.size(), "copy", "copies"), .samples = others}}});
        }
    });
    return {};
}

}  // namespace

extern const CheckType duplicates{
    .name = "duplicates",
    .label = LEMNOS_TEXT("Exact copies"),
    .help = LEMNOS_TEXT("The same file more than once in a class: it counts more than others, without being more."),
    .order = 60,
    .find = find};

}  // namespace lemnos::checks
