// Pictures whose end is missing.
#include "model/doctor/check_support.h"
#include "model/doctor/doctor.h"
#include "model/param.h"

namespace lemnos::checks {

namespace {

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    for (std::uint32_t i = 0; i < index.samples.size(); ++i) {
        if (index.samples[i].truncated) findings.push_back({.severity = Finding::Severity::error, .samples = {i}});
    }
    return {};
}

Phrase text(const DatasetIndex& index, const Finding& finding) {
    return {LEMNOS_TEXT("%1 breaks off; its lower part is probably grey."),
            {shownPath(index, finding.samples.front())}};
}

std::vector<Fix> fixes(const DatasetIndex&, const Finding& finding) {
    return {excludeIt(finding)};
}

}  // namespace

extern const CheckType truncated{
    .name = "truncated",
    .label = LEMNOS_TEXT("Cut off pictures"),
    .help = LEMNOS_TEXT("Pictures whose end is missing, as after a download that broke off: a network would learn the "
                        "grey rest."),
    .order = 20,
    .find = find,
    .text = text,
    .fixes = fixes};

}  // namespace lemnos::checks
