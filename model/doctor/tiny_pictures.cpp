// Pictures too small to show anything.
#include <algorithm>

#include "model/doctor/check_support.h"
#include "model/doctor/doctor.h"
#include "model/param.h"

namespace lemnos::checks {

namespace {

constexpr int smallestSide = 8;  // below this, not even a digit can be told

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    for (std::uint32_t i = 0; i < index.samples.size(); ++i) {
        const Sample& sample = index.samples[i];
        if (std::min(sample.width, sample.height) >= smallestSide) continue;
        findings.push_back({.samples = {i}});
    }
    return {};
}

Phrase text(const DatasetIndex& index, const Finding& finding) {
    const Sample& sample = index.samples[finding.samples.front()];
    return {LEMNOS_TEXT("%1 is only %2 x %3 pixels."),
            {shownPath(index, finding.samples.front()), Phrase::name(std::to_string(sample.width)),
             Phrase::name(std::to_string(sample.height))}};
}

std::vector<Fix> fixes(const DatasetIndex&, const Finding& finding) {
    return {excludeIt(finding)};
}

}  // namespace

extern const CheckType tiny_pictures{
    .name = "tiny_pictures",
    .label = LEMNOS_TEXT("Tiny pictures"),
    .help = LEMNOS_TEXT("Pictures with a side below 8 pixels: spacers and icons rather than examples."),
    .order = 40,
    .find = find,
    .text = text,
    .fixes = fixes};

}  // namespace lemnos::checks
