// Files that no picture could be read from.
#include "model/doctor/doctor.h"
#include "model/param.h"
#include "model/text.h"

namespace lemnos::checks {

namespace {

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    for (std::uint32_t i = 0; i < index.problems.size(); ++i) {
        const FileProblem& problem = index.problems[i];
        Fix fix{.label = LEMNOS_TEXT("Exclude it"), .problems = {i}};
        if (problem.wholeClass)
            fix = {.label = LEMNOS_TEXT("Exclude the class"), .kind = Edit::Kind::excludeClass, .from = problem.path};
        findings.push_back({.severity = Finding::Severity::warning,
                            .text = toUtf8(problem.path) + ": " + problem.reason,
                            .problems = {i},
                            .fixes = {std::move(fix)}});
    }
    return {};
}

}  // namespace

extern const CheckType unreadable{
    .name = "unreadable",
    .label = LEMNOS_TEXT("Unreadable files"),
    .help = LEMNOS_TEXT("Files that are empty, damaged, or no pictures. They take no part in training anyway."),
    .order = 10,
    .find = find};

}  // namespace lemnos::checks
