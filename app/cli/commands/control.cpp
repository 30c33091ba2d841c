// lemnos-cli control: asks something of a run that trains in another process.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "model/files.h"
#include "model/train/run_control.h"
#include "model/train/run_lock.h"
#include "model/train/run_summary.h"

namespace lemnos::commands {

namespace {

struct Options {
    std::string run, command;
    double value = 0;
    bool json = false;
};

/// As on the command line, and as the run reads them.
constexpr std::pair<const char*, RunCommand::Kind> words[] = {{"pause", RunCommand::Kind::pause},
                                                              {"go-on", RunCommand::Kind::goOn},
                                                              {"stop", RunCommand::Kind::stop},
                                                              {"stop-after-epoch", RunCommand::Kind::stopAfterEpoch},
                                                              {"checkpoint", RunCommand::Kind::checkpoint},
                                                              {"rate", RunCommand::Kind::learningRate},
                                                              {"epochs", RunCommand::Kind::epochs}};

Status run(const Options& options) {
    TRY(const std::filesystem::path folder, findRun(options.run));
    if (!holderOf(folder)) {
        const std::optional<RunSummary> summary = summaryOf(folder);
        return Error{"The run in " + displayPath(folder) + " is not being trained" +
                     (summary ? " (" + summary->state + ")" : "") + "; go on with it by resume."};
    }
    RunCommand command{.value = options.value};
    for (const auto& [word, kind] : words) {
        if (options.command == word) command.kind = kind;
    }
    TRY_OK(sendCommand(folder, command));
    if (options.json)
        printJson(nlohmann::json::parse(toLine(command)));
    else
        printLine("Asked. The run obeys after the step at hand.");
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("control", "Pause, stop or change a run while it trains");
    const auto options = std::make_shared<Options>();
    addRunArgument(*command, options->run);
    std::vector<std::string> names;
    for (const auto& [word, kind] : words) names.emplace_back(word);
    command->add_option("COMMAND", options->command, "What to do")->required()->check(CLI::IsMember(names));
    command->add_option("VALUE", options->value, "The learning rate, or the number of epochs in all");
    addJsonFlag(*command, options->json);
    command->footer(
        "Examples:\n  lemnos-cli control shapes-run pause\n  lemnos-cli control shapes-run rate 0.0005\n"
        "  lemnos-cli control shapes-run epochs 40");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command control{.order = 62, .add = add};

}  // namespace lemnos::commands
