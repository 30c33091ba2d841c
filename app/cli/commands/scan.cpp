// lemnos-cli scan: what a data folder holds, and what is wrong with it.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/data_argument.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "model/data/dataset_index.h"
#include "model/files.h"
#include "model/text.h"

namespace lemnos::commands {

namespace {

struct Options {
    std::vector<std::string> data;
    bool json = false;
};

constexpr Split splits[] = {Split::train, Split::validation, Split::test};

nlohmann::json toJson(const DatasetIndex& index) {
    nlohmann::json classes = nlohmann::json::array(), problems = nlohmann::json::array();
    nlohmann::json parts = nlohmann::json::object();
    const auto counts = index.countsByClass();
    for (std::size_t i = 0; i < index.classes.size(); ++i) {
        nlohmann::json item = {{"name", index.classes[i]}, {"count", counts[i][0] + counts[i][1] + counts[i][2]}};
        for (const Split split : splits)
            item[std::string(toString(split))] = counts[i][static_cast<std::size_t>(split)];
        classes.push_back(std::move(item));
    }
    for (const FileProblem& problem : index.problems) {
        problems.push_back({{"path", problem.path}, {"reason", problem.reason}});
    }
    nlohmann::json changes;
    if (!index.changes.first)
        changes = {
            {"added", index.changes.added}, {"removed", index.changes.removed}, {"changed", index.changes.changed}};
    for (const Split split : splits) parts[std::string(toString(split))] = index.count(split);
    return {{"root", displayPath(index.root)}, {"images", index.samples.size()},    {"classes", std::move(classes)},
            {"splits", std::move(parts)},      {"problems", std::move(problems)},   {"grey", index.grey},
            {"pre_split", index.preSplit},     {"excluded", index.excluded.size()}, {"changes", std::move(changes)}};
}

std::string number(std::size_t value) {
    return withThousands(static_cast<std::int64_t>(value));
}

void print(const DatasetIndex& index) {
    printClasses(index);
    const ScanChanges& changes = index.changes;
    if (changes.any())
        printLine("Since the last scan: " + number(changes.added) + " added, " + number(changes.removed) +
                  " removed, " + number(changes.changed) + " changed.");
    if (!index.excluded.empty()) printLine(number(index.excluded.size()) + " excluded by the project.");
    if (index.problems.empty()) return;
    printLine(number(index.problems.size()) +
              (index.problems.size() == 1 ? " file was left out:" : " files were left out:"));
    for (const FileProblem& problem : index.problems) printLine("  " + escaped(problem.path) + ": " + problem.reason);
}

Status run(const Options& options) {
    const Interruption interruption;
    TRY(const ProjectFile project, projectOf(options.data));
    const Result<DatasetIndex> index = readData(project, interruption.token(), options.json);
    if (!index) return index.error();
    if (options.json) {
        printJson(toJson(*index));
    } else {
        print(*index);
    }
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("scan", "Show what a data folder holds, and what is wrong with it");
    const auto options = std::make_shared<Options>();
    command->add_option("DATA", options->data, "Folders of class folders, lists (.csv, .tsv), or a project (.lemnos)")
        ->required();
    addJsonFlag(*command, options->json);
    command->footer("Examples:\n  lemnos-cli scan flowers\n  lemnos-cli scan flowers more-flowers labels.csv --json");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command scan{.order = 30, .add = add};

}  // namespace lemnos::commands
