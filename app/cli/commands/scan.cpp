// lemnos-cli scan: what a data folder holds, and what is wrong with it.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "app/cli/run_printer.h"
#include "model/data/dataset_index.h"
#include "model/files.h"
#include "model/text.h"

namespace lemnos::commands {

namespace {

struct Options {
    std::string folder;
    bool json = false;
};

constexpr Split splits[] = {Split::train, Split::validation, Split::test};

/// Pictures of each class in each part.
std::vector<std::map<Split, std::size_t>> countsByClass(const DatasetIndex& index) {
    std::vector<std::map<Split, std::size_t>> counts(index.classes.size());
    for (const Sample& sample : index.samples) ++counts[sample.label][sample.split];
    return counts;
}

nlohmann::json toJson(const DatasetIndex& index) {
    nlohmann::json classes = nlohmann::json::array(), problems = nlohmann::json::array();
    nlohmann::json parts = nlohmann::json::object();
    const auto counts = countsByClass(index);
    for (std::size_t i = 0; i < index.classes.size(); ++i) {
        nlohmann::json item = {{"name", index.classes[i]}, {"count", index.classCounts()[i]}};
        for (const Split split : splits) {
            const auto found = counts[i].find(split);
            item[std::string(toString(split))] = found == counts[i].end() ? 0 : found->second;
        }
        classes.push_back(std::move(item));
    }
    for (const FileProblem& problem : index.problems) {
        problems.push_back({{"path", problem.path}, {"reason", problem.reason}});
    }
    for (const Split split : splits) parts[std::string(toString(split))] = index.count(split);
    return {{"root", displayPath(index.root)}, {"images", index.samples.size()},  {"classes", std::move(classes)},
            {"splits", std::move(parts)},      {"problems", std::move(problems)}, {"grey", index.grey},
            {"pre_split", index.preSplit}};
}

std::string number(std::size_t value) {
    return withThousands(static_cast<std::int64_t>(value));
}

void print(const DatasetIndex& index) {
    std::vector<std::vector<std::string>> rows = {{"class", "pictures", "train", "val", "test"}};
    const auto counts = countsByClass(index);
    for (std::size_t i = 0; i < index.classes.size(); ++i) {
        std::vector<std::string> row = {escaped(index.classes[i]), number(index.classCounts()[i])};
        for (const Split split : splits) row.push_back(number(counts[i].contains(split) ? counts[i].at(split) : 0));
        rows.push_back(std::move(row));
    }
    printTable(rows);
    printLine(number(index.samples.size()) + (index.grey ? " grey" : "") + " pictures in " +
              number(index.classes.size()) + " classes: " + number(index.count(Split::train)) + " to train, " +
              number(index.count(Split::validation)) + " to validate, " + number(index.count(Split::test)) +
              " to test" + (index.preSplit ? ", as the folder says." : "."));
    if (index.problems.empty()) return;
    printLine(number(index.problems.size()) +
              (index.problems.size() == 1 ? " file was left out:" : " files were left out:"));
    for (const FileProblem& problem : index.problems) printLine("  " + escaped(problem.path) + ": " + problem.reason);
}

Status run(const Options& options) {
    const Interruption interruption;
    RunPrinter printer(options.json ? RunOutput::silent : RunOutput::automatic);
    ScanOptions scan;
    scan.stop = interruption.token();
    scan.cacheFolder = cacheFolder();
    scan.progress = [&](std::size_t done, std::size_t total) {
        printer.print({0, PhaseEvent{"Looking through the pictures", static_cast<std::int64_t>(done),
                                     static_cast<std::int64_t>(total)}});
    };
    const Result<DatasetIndex> index = scanDataset(options.folder, scan);
    printer.end({});
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
    command->add_option("DIR", options->folder, "Folder of class folders")->required();
    addJsonFlag(*command, options->json);
    command->footer("Examples:\n  lemnos-cli scan flowers\n  lemnos-cli scan flowers --json");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command scan{.order = 30, .add = add};

}  // namespace lemnos::commands
