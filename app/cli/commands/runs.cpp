// lemnos-cli runs: all runs, newest first.
#include <CLI/CLI.hpp>
#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "model/files.h"
#include "model/train/run_summary.h"

namespace lemnos::commands {

namespace {

std::string startText(double secondsSince1970) {
    const auto time = static_cast<std::time_t>(secondsSince1970);
    std::tm local{};
    char text[32];
    if (secondsSince1970 <= 0 || secondsSince1970 > 1e11 || !localtime_r(&time, &local)) return "-";
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
    return text;
}

Status run(bool json) {
    const std::vector<RunSummary> runs = listRuns(runsFolder());
    nlohmann::json list = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows = {
        {"run", "started", "network", "state", "epochs", "best val accuracy", "data", "tags"}};
    for (const RunSummary& item : runs) {
        list.push_back(toJson(item));
        rows.push_back({item.name, startText(item.startedAt), item.network, item.state, std::to_string(item.epochs),
                        item.best && item.best->count > 0 ? withDigits(item.best->accuracy, 4) : "-", item.data,
                        joined(item.notes.tags)});
    }
    if (json) {
        printJson(list);
    } else if (runs.empty()) {
        printLine("There are no runs in " + displayPath(runsFolder()) + " yet.");
    } else {
        printTable(rows);
    }
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("runs", "List all runs, newest first");
    const auto json = std::make_shared<bool>(false);
    addJsonFlag(*command, *json);
    command->footer("Examples:\n  lemnos-cli runs\n  LEMNOS_RUNS=/mnt/runs lemnos-cli runs --json");
    command->callback([json] { finish(run(*json)); });
}

}  // namespace

extern const Command runs{.order = 100, .add = add};

}  // namespace lemnos::commands
