// Classes with too few pictures to split.
#include "model/doctor/copies_support.h"
#include "model/doctor/doctor.h"
#include "model/param.h"

namespace lemnos::checks {

namespace {

constexpr std::size_t fewest = 10;  // so that each of three parts gets one at the usual shares

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    const auto counts = index.countsByClass();
    for (std::size_t label = 0; label < counts.size(); ++label) {
        const auto& [train, validation, test] = counts[label];
        const std::size_t count = train + validation + test;
        if (count >= fewest) continue;
        const std::string missing = validation + test == 0 ? "neither validation nor test"
                                    : validation == 0      ? "no validation"
                                    : test == 0            ? "no test"
                                                           : "";
        findings.push_back({.severity = missing.empty() ? Finding::Severity::note : Finding::Severity::warning,
                            .text = "\"" + index.classes[label] + "\" has " + counted(count, "picture", "pictures") +
                                    (missing.empty() ? std::string("; what it is judged by is a matter of luck.")
                                                     : ", and " + missing + " picture among them."),
                            .className = index.classes[label],
                            .fixes = {{.label = LEMNOS_TEXT("Exclude the class"),
                                       .kind = Edit::Kind::excludeClass,
                                       .from = index.classes[label]}}});
    }
    return {};
}

}  // namespace

extern const CheckType small_classes{
    .name = "small_classes",
    .label = LEMNOS_TEXT("Small classes"),
    .help = LEMNOS_TEXT("Classes with under ten pictures: too few to learn from and to be judged by."),
    .order = 90,
    .find = find};

}  // namespace lemnos::checks
