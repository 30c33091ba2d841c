// lemnos-cli resume: goes on with a run that was stopped, or extends a finished one.
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "app/cli/command.h"
#include "app/cli/fresh_process.h"
#include "app/cli/interruption.h"
#include "app/cli/lan_teams.h"
#include "app/cli/mpi_rank.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "app/cli/run_printer.h"
#include "model/mpi/mpi_team.h"
#include "model/train/trainer.h"

namespace lemnos::commands {

namespace {

struct Options {
    std::string run, device, collective;
    std::vector<std::string> peers;
    std::optional<std::int64_t> epochs;
    bool events = false, json = false, afterLoss = false;
};

/// Who takes part now: nothing typed means those of the run.
Result<std::optional<std::vector<std::string>>> peersOf(const Options& options, std::stop_token stop) {
    if (options.peers.empty()) return std::optional<std::vector<std::string>>();
    if (options.peers.size() == 1 && options.peers[0] == "none") return std::optional(std::vector<std::string>());
    TRY(auto names, peersNamed(options.peers, std::move(stop)));
    return std::optional(std::move(names));
}

Status resumeHere(const Options& options) {
    auto interruption = std::make_optional<Interruption>();
    RunPrinter printer(runOutput(options.events, options.json));
    const auto resumed = [&]() -> Status {
        TRY(const std::filesystem::path folder, findRun(options.run));
        TrainerOptions trainer{.retries = !options.afterLoss, .team = lanTeams()};
        TRY(trainer.peers, peersOf(options, interruption->token()));
        TRY_OK(lemnos::resume(folder, printer.sink(), interruption->token(), options.epochs, options.device, trainer));
        return {};
    }();
    interruption.reset();
    const Status status = resumedWhereDeviceWasLost(resumed, printer.run(), options.events, options.json);
    printer.end(status);
    return status;
}

Status resumeUnderMpi(const Options& options) {
    return underMpi(options.device, [&](const TeamMaker& team, int ranks) {
        const Interruption interruption;
        RunPrinter printer(runOutput(options.events, options.json));
        const auto resumed = [&]() -> Status {
            TRY(const std::filesystem::path folder, findRun(options.run));
            TRY_OK(lemnos::resume(folder, printer.sink(), interruption.token(), options.epochs, options.device,
                                  {.team = team, .peers = mpiPeers(ranks)}));
            return {};
        }();
        printer.end(resumed);
        return resumed;
    });
}

Status run(const Options& options) {
    return options.collective == "mpi" ? resumeUnderMpi(options) : resumeHere(options);
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("resume", "Go on with a run that was stopped, as if it never had been");
    const auto options = std::make_shared<Options>();
    addRunArgument(*command, options->run);
    command->add_option("--epochs", options->epochs, "New number of epochs in all, to extend a finished run")
        ->check(CLI::Range(1, 1000000));
    addDeviceOption(*command, options->device);
    command
        ->add_option(
            "--peers", options->peers,
            "PCs to go on with: names with commas between, \"all\" that share now, or \"none\" [those of the run]")
        ->type_name("NAME,...")
        ->delimiter(',')
        ->allow_extra_args(false);
    command->add_option("--collective", options->collective, "\"mpi\" in a job of mpirun or srun [lan]")
        ->check(CLI::IsMember({"lan", "mpi"}));
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
