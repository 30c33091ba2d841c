// Pictures whose end is missing.
#include "model/doctor/copies_support.h"
#include "model/doctor/doctor.h"
#include "model/param.h"

namespace lemnos::checks {

namespace {

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    for (std::uint32_t i = 0; i < index.samples.size(); ++i) {
        if (!index.samples[i].truncated) continue;
        findings.push_back({.severity = Finding::Severity::error,
                            .text = shownPath(index, i) + " breaks off; its lower part is probably grey.",
                            .samples = {i},
                            .fixes = {{.label = LEMNOS_TEXT("Exclude it"), .samples = {i}}}});
    }
    return {};
}

}  // namespace

extern const CheckType truncated{
    .name = "truncated",
    .label = LEMNOS_TEXT("Cut off pictures"),
    .help = LEMNOS_TEXT("Pictures whose end is missing, as after a download that broke off: a network would learn the "
                        "grey rest."),
    .order = 20,
    .find = find};

}  // namespace lemnos::checks
