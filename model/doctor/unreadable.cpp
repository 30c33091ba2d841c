// Files that no picture could be read from.
#include "model/doctor/check_support.h"
#include "model/doctor/doctor.h"
#include "model/param.h"
#include "model/text.h"

namespace lemnos::checks {

namespace {

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    for (std::uint32_t i = 0; i < index.problems.size(); ++i) findings.push_back({.problems = {i}});
    return {};
}

Phrase text(const DatasetIndex& index, const Finding& finding) {
    const FileProblem& problem = index.problems[finding.problems.front()];
    return {LEMNOS_TEXT("%1: %2"), {Phrase::name(toUtf8(problem.path)), {problem.reason}}};
}

std::vector<Fix> fixes(const DatasetIndex& index, const Finding& finding) {
    const FileProblem& problem = index.problems[finding.problems.front()];
    if (!problem.wholeClass) return {excludeIt(finding)};
    return {{.label = {LEMNOS_TEXT("Exclude the class")}, .kind = Edit::Kind::excludeClass, .from = problem.path}};
}

}  // namespace

extern const CheckType unreadable{
    .name = "unreadable",
    .label = LEMNOS_TEXT("Unreadable files"),
    .help = LEMNOS_TEXT("Files that are empty, damaged, or no pictures. They take no part in training anyway."),
    .order = 10,
    .find = find,
    .text = text,
    .fixes = fixes};

}  // namespace lemnos::checks
