// Running the checks, and what becomes of their findings.
#include "model/doctor/doctor.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "model/doctor/check_support.h"
#include "model/json_fields.h"
#include "model/param.h"

namespace lemnos {

namespace {

using nlohmann::json;

/// What the user marked as fine.
class Accepted {
  public:
    explicit Accepted(std::span<const Edit> edits) {
        for (const Edit& edit : edits) {
            if (edit.kind != Edit::Kind::accept) continue;
            for (const FileKey& key : edit.files) m_files.emplace(edit.from, key.source, key.path);
            if (!edit.to.empty() || edit.files.empty()) m_classes.emplace(edit.from, edit.to);
        }
    }

    bool covers(const DatasetIndex& index, const Finding& finding) const {
        const std::string check(finding.check);
        if (finding.samples.empty() && finding.problems.empty()) return m_classes.contains({check, finding.className});
        if (m_files.empty()) return false;
        return std::ranges::all_of(finding.samples,
                                   [&](std::uint32_t i) {
                                       const Sample& sample = index.samples[i];
                                       return m_files.contains({check, sample.source, std::string(sample.path)});
                                   }) &&
               std::ranges::all_of(finding.problems, [&](std::uint32_t i) {
                   return m_files.contains({check, index.problems[i].source, index.problems[i].path});
               });
    }

  private:
    std::set<std::tuple<std::string, std::uint16_t, std::string>> m_files;
    std::set<std::pair<std::string, std::string>> m_classes;
};

std::vector<const CheckType*> sorted() {
    std::vector<const CheckType*> checks(checkTypes().begin(), checkTypes().end());
    std::ranges::stable_sort(checks, {}, &CheckType::order);
    return checks;
}

}  // namespace

std::string_view toString(Finding::Severity severity) {
    constexpr std::string_view names[] = {"note", "warning", "error"};
    return names[static_cast<std::size_t>(severity)];
}

std::vector<const CheckType*> orderedChecks() {
    static const std::vector<const CheckType*> checks = sorted();
    return checks;
}

const CheckType* findCheck(std::string_view name) {
    const auto found = std::ranges::find(checkTypes(), name, &CheckType::name);
    return found == checkTypes().end() ? nullptr : *found;
}

Result<std::vector<Finding>> examine(const DatasetIndex& index, const DoctorOptions& options) {
    const Accepted accepted(options.edits);
    std::vector<Finding> all;
    for (const CheckType* check : orderedChecks()) {
        if (options.quick && !check->quick) continue;
        if (options.stop.stop_requested()) return Error{"Cancelled.", {}};
        if (options.progress) options.progress(check->label, 0, 0);
        std::vector<Finding> findings;
        TRY_OK(check->find(index, options, findings));
        std::ranges::stable_sort(findings, std::greater(), &Finding::severity);
        for (Finding& finding : findings) {
            finding.check = check->name;
            if (!accepted.covers(index, finding)) all.push_back(std::move(finding));
        }
    }
    return all;
}

Phrase textOf(const DatasetIndex& index, const Finding& finding) {
    return findCheck(finding.check)->text(index, finding);
}

std::vector<Fix> fixesFor(const DatasetIndex& index, const Finding& finding) {
    std::vector<Fix> fixes = findCheck(finding.check)->fixes(index, finding);
    if (std::ranges::find(fixes, Edit::Kind::accept, &Fix::kind) == fixes.end()) fixes.push_back(acceptanceOf(finding));
    return fixes;
}

Edit editFor(const DatasetIndex& index, const Fix& fix) {
    Edit edit{.kind = fix.kind, .from = fix.from, .to = fix.to, .split = fix.split};
    for (const std::uint32_t i : fix.samples) edit.files.push_back(keyOf(index.samples[i]));
    for (const std::uint32_t i : fix.problems)
        edit.files.push_back({index.problems[i].source, index.problems[i].path, 0});
    return edit;
}

std::vector<Edit> editsFor(const DatasetIndex& index, std::span<const Finding> findings) {
    std::map<std::tuple<Edit::Kind, std::string, std::string, Split>, Fix> merged;
    for (const Finding& finding : findings) {
        const Fix fix = fixesFor(index, finding).front();
        if (!fix.isEdit()) continue;
        Fix& all = merged[{fix.kind, fix.from, fix.to, fix.split}];
        std::vector<std::uint32_t> samples = std::move(all.samples), problems = std::move(all.problems);
        samples.insert(samples.end(), fix.samples.begin(), fix.samples.end());
        problems.insert(problems.end(), fix.problems.begin(), fix.problems.end());
        all = fix;
        all.samples = std::move(samples);
        all.problems = std::move(problems);
    }
    std::vector<Edit> edits;
    for (const auto& [key, fix] : merged) edits.push_back(editFor(index, fix));
    return edits;
}

json toJson(const DatasetIndex& index, std::span<const Finding> findings, std::size_t most) {
    constexpr std::size_t mostFiles = 100;
    json counts = json::object(), list = json::array();
    std::map<std::string_view, std::size_t> told;
    for (const Finding& finding : findings) {
        json& count = counts[std::string(finding.check)];
        count = count.is_null() ? 1 : count.get<std::size_t>() + 1;
        if (++told[finding.check] > most) continue;
        json files = json::array();
        for (const std::uint32_t i : finding.samples) {
            if (files.size() < mostFiles) files.push_back(bytesToJson(std::string(index.samples[i].path)));
        }
        for (const std::uint32_t i : finding.problems) files.push_back(bytesToJson(index.problems[i].path));
        list.push_back({{"check", finding.check},
                        {"severity", toString(finding.severity)},
                        {"text", worded(textOf(index, finding))},
                        {"files", std::move(files)},
                        {"file_count", finding.samples.size() + finding.problems.size()}});
    }
    return {{"summary", std::move(counts)}, {"findings", std::move(list)}};
}

std::string summary(std::span<const Finding> findings) {
    std::string text;
    for (const CheckType* check : orderedChecks()) {
        const auto count = std::ranges::count(findings, check->name, &Finding::check);
        if (count > 0) text += (text.empty() ? "" : ", ") + std::string(check->label) + ": " + std::to_string(count);
    }
    return text.empty() ? "nothing" : text;
}

}  // namespace lemnos
