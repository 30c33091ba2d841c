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
    const auto label = [&](auto at) { return static_cast<std::size_t>(at - counts.begin()); };
    findings.push_back({.figures = {label(largest), *largest, label(smallest), *smallest}});
    return {};
}

Phrase text(const DatasetIndex& index, const Finding& finding) {
    const std::vector<std::size_t>& figures = finding.figures;
    return {
        LEMNOS_TEXT("\"%1\" has %2 pictures and \"%3\" has %4; a network would learn to answer with the large class."),
        {Phrase::name(index.classes[figures[0]]), Phrase::number(figures[1]), Phrase::name(index.classes[figures[2]]),
         Phrase::number(figures[3])}};
}

std::vector<Fix> fixes(const DatasetIndex&, const Finding&) {
    return {{.label = {LEMNOS_TEXT("Weigh the classes")}, .setting = "class_weights", .value = "balanced"}};
}

}  // namespace

extern const CheckType imbalance{
    .name = "imbalance",
    .label = LEMNOS_TEXT("Unequal classes"),
    .help = LEMNOS_TEXT("The largest class has over ten times as many pictures as the smallest."),
    .order = 80,
    .find = find,
    .text = text,
    .fixes = fixes};

}  // namespace lemnos::checks
