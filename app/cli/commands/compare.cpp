// lemnos-cli compare: what is different about two runs.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "model/train/run_store.h"
#include "model/train/run_summary.h"

namespace lemnos::commands {

namespace {

struct Options {
    std::string first, second;
    bool json = false;
};

Status run(const Options& options) {
    TRY(const std::filesystem::path first, findRun(options.first));
    TRY(const std::filesystem::path second, findRun(options.second));
    TRY(const RunSpec a, specOfRun(first));
    TRY(const RunSpec b, specOfRun(second));
    const std::vector<SpecDifference> found = differences(a, b);
    nlohmann::json list = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows = {{"setting", "first", "second"}};
    for (const SpecDifference& one : found) {
        list.push_back({{"setting", one.setting}, {"first", one.first}, {"second", one.second}});
        rows.push_back({one.setting, one.first.empty() ? "-" : one.first, one.second.empty() ? "-" : one.second});
    }
    if (options.json)
        printJson(list);
    else if (found.empty())
        printLine("Both runs have the same settings.");
    else
        printTable(rows);
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("compare", "Show which settings of two runs are different");
    const auto options = std::make_shared<Options>();
    command->add_option("FIRST", options->first, "Folder of a run, or its name in the runs folder")->required();
    command->add_option("SECOND", options->second, "Folder of another run")->required();
    addJsonFlag(*command, options->json);
    command->footer("Examples:\n  lemnos-cli compare shapes-run shapes-run-2");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command compare{.order = 104, .add = add};

}  // namespace lemnos::commands
