// Classes with too few pictures to split.
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
        const bool judged = validation > 0 && test > 0;
        findings.push_back({.severity = judged ? Finding::Severity::note : Finding::Severity::warning,
                            .className = index.classes[label],
                            .figures = {count, validation, test}});
    }
    return {};
}

Phrase text(const DatasetIndex&, const Finding& finding) {
    const std::size_t count = finding.figures[0], validation = finding.figures[1], test = finding.figures[2];
    const Phrase name = Phrase::name(finding.className);
    if (count == 1)
        return {LEMNOS_TEXT("\"%1\" has a single picture, so that it can't be trained and judged."), {name}};
    const char* const sentence =
        validation + test == 0
            ? LEMNOS_TEXT("\"%1\" has %2 pictures, and neither validation nor test picture among them.")
        : validation == 0 ? LEMNOS_TEXT("\"%1\" has %2 pictures, and no validation picture among them.")
        : test == 0       ? LEMNOS_TEXT("\"%1\" has %2 pictures, and no test picture among them.")
                          : LEMNOS_TEXT("\"%1\" has %2 pictures; what it is judged by is a matter of luck.");
    return {sentence, {name, Phrase::number(count)}};
}

std::vector<Fix> fixes(const DatasetIndex&, const Finding& finding) {
    return {{.label = {LEMNOS_TEXT("Exclude the class")}, .kind = Edit::Kind::excludeClass, .from = finding.className}};
}

}  // namespace

extern const CheckType small_classes{
    .name = "small_classes",
    .label = LEMNOS_TEXT("Small classes"),
    .help = LEMNOS_TEXT("Classes with under ten pictures: too few to learn from and to be judged by."),
    .order = 90,
    .find = find,
    .text = text,
    .fixes = fixes};

}  // namespace lemnos::checks
