// Classes of very different sizes.
#include <algorithm>

#include "model/doctor/doctor.h"
#include "model/param.h"

namespace lemnos::checks {

namespace {

constexpr std::size_t ratio = 10;

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    const std::vector<std::size_t> counts = index.classCounts();
    if (counts.empty()) return {};
    const auto [smallest, largest] = std::ranges::minmax_element(counts);
    if (*largest < ratio * std::max<std::size_t>(*smallest, 1)) return {};
    const auto name = [&](auto at) { return index.classes[static_cast<std::size_t>(at - counts.begin())]; };
    findings.push_back(
        {.severity = Finding::Severity::warning,
         .text = "\"" + name(largest) + "\" has " + std::to_string(*largest) + " pictures and \"" + name(smallest) +
                 "\" has " + std::to_string(*smallest) + "; a network would learn to answer with the large class.",
         .fixes = {{.label = LEMNOS_TEXT("Weigh the classes"), .setting = "class_weights", .value = "balanced"}}});
    return {};
}

}  // namespace

extern const CheckType imbalance{
    .name = "imbalance",
    .label = LEMNOS_TEXT("Unequal classes"),
    .help = LEMNOS_TEXT("The largest class has over ten times as many pictures as the smallest."),
    .order = 80,
    .find = find};

}  // namespace lemnos::checks
