// Pictures too small to show anything.
#include <algorithm>

#include "model/doctor/copies_support.h"
#include "model/doctor/doctor.h"
#include "model/param.h"

namespace lemnos::checks {

namespace {

constexpr int smallestSide = 8;  // below this, not even a digit can be told

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    for (std::uint32_t i = 0; i < index.samples.size(); ++i) {
        const Sample& sample = index.samples[i];
        if (std::min(sample.width, sample.height) >= smallestSide) continue;
        findings.push_back({.text = shownPath(index, i) + " is only " + std::to_string(sample.width) + " x " +
                                    std::to_string(sample.height) + " pixels.",
                            .samples = {i},
                            .fixes = {{.label = LEMNOS_TEXT("Exclude it"), .samples = {i}}}});
    }
    return {};
}

}  // namespace

extern const CheckType tiny_pictures{
    .name = "tiny_pictures",
    .label = LEMNOS_TEXT("Tiny pictures"),
    .help = LEMNOS_TEXT("Pictures with a side below 8 pixels: spacers and icons rather than examples."),
    .order = 40,
    .find = find};

}  // namespace lemnos::checks
