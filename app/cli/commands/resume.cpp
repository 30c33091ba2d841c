// lemnos-cli resume: goes on with a run that was stopped, or extends a finished one.
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "app/cli/command.h"
#include "app/cli/fresh_process.h"
#include "app/cli/interruption.h"
#include "app/cli/lan_teams.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "app/cli/run_printer.h"
#include "model/train/trainer.h"

namespace lemnos::commands {

namespace {

struct Options {
    std::string run, device;
    std::optional<std::int64_t> epochs;
    bool events = false, json = false, afterLoss = false;
};

Status run(const Options& options) {
    auto interruption = std::make_optional<Interruption>();
    RunPrinter printer(options.events ? RunOutput::events : options.json ? RunOutput::result : RunOutput::automatic);
    const auto resumed = [&]() -> Status {
        TRY(const std::filesystem::path folder, findRun(options.run));
        TRY_OK(lemnos::resume(folder, printer.sink(), interruption->token(), options.epochs, options.device,
                              {.retries = !options.afterLoss, .team = lanTeams()}));
        return {};
    }();
    interruption.reset();
    const Status status = resumedWhereDeviceWasLost(resumed, printer.run(), options.events, options.json);
    printer.end(status);
    return status;
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("resume", "Go on with a run that was stopped, as if it never had been");
    const auto options = std::make_shared<Options>();
    addRunArgument(*command, options->run);
    command->add_option("--epochs", options->epochs, "New number of epochs in all, to extend a finished run")
        ->check(CLI::Range(1, 1000000));
    addDeviceOption(*command, options->device);
    CLI::Option* events = command->add_flag("--events", options->events, "Print every event as a line of JSON");
    command->add_flag("--json", options->json, "Print the result as JSON")->excludes(events);
    // What a process that lost its device gives its successor; not for people.
    command->add_flag("--after-loss", options->afterLoss)->group("");
    command->footer(
        "Examples:\n  lemnos-cli resume 2026-05-01-101500-mlp512\n  lemnos-cli resume runs/flowers --epochs 100");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command resume{.order = 60, .add = add};

}  // namespace lemnos::commands
