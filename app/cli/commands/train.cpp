// lemnos-cli train: trains a network on a folder of class folders.
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "app/cli/command.h"
#include "app/cli/fresh_process.h"
#include "app/cli/interruption.h"
#include "app/cli/lan_teams.h"
#include "app/cli/mpi_rank.h"
#include "app/cli/output.h"
#include "app/cli/run_printer.h"
#include "app/cli/training_options.h"
#include "model/mpi/mpi_team.h"
#include "model/train/trainer.h"

namespace lemnos::commands {

namespace {

Status trainHere(const TrainingOptions& options) {
    auto interruption = std::make_optional<Interruption>();
    RunPrinter printer(runOutput(options.events, options.json));
    const auto trained = [&]() -> Status {
        TRY(RunSpec spec, runSpecFrom(options));
        TRY(spec.peers, peersNamed(spec.peers, interruption->token()));
        TRY_OK(lemnos::train(std::move(spec), printer.sink(), interruption->token(),
                             {.retries = true, .team = lanTeams()}));
        return {};
    }();
    interruption.reset();
    const Status status = resumedWhereDeviceWasLost(trained, printer.run(), options.events, options.json);
    printer.end(status);
    return status;
}

/// Rank 0 trains and prints as ever.
Status trainUnderMpi(const TrainingOptions& options) {
    const std::string device = options.devices.empty() ? std::string() : options.devices.front();
    return underMpi(device, [&](const TeamMaker& team, int ranks) {
        const Interruption interruption;
        RunPrinter printer(runOutput(options.events, options.json));
        const auto trained = [&]() -> Status {
            TRY(RunSpec spec, runSpecFrom(options));
            spec.peers = mpiPeers(ranks);
            TRY_OK(lemnos::train(std::move(spec), printer.sink(), interruption.token(), {.team = team}));
            return {};
        }();
        printer.end(trained);
        return trained;
    });
}

Status run(const TrainingOptions& options) {
    return options.collective == "mpi" ? trainUnderMpi(options) : trainHere(options);
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("train", "Train a network on a folder of class folders");
    const auto options = std::make_shared<TrainingOptions>();
    addTrainingOptions(*command, *options);
    command->footer(
        "Examples:\n"
        "  lemnos-cli train --data flowers\n"
        "  lemnos-cli train --data mnist --template mlp512 --size 28x28 --epochs 10 --lr 0.001\n"
        "  lemnos-cli train --data flowers --augment flip_horizontal --augment shift=0.1 --run runs/flowers\n"
        "  lemnos-cli train --data flowers --device vulkan:0 --device vulkan:1\n"
        "  lemnos-cli train --data flowers --peers all\n"
        "  lemnos-cli train --spec runs/flowers/spec.json --run runs/flowers-again\n"
        "Ctrl-C ends the run with a checkpoint; \"lemnos-cli resume\" goes on from it. A second Ctrl-C ends it at "
        "once.");
    command->callback([options] {
        if (options->data.empty() && options->spec.empty()) {
            throw CLI::RequiredError("--data DIR (or --spec FILE)");
        }
        finish(run(*options));
    });
}

}  // namespace

extern const Command train{.order = 50, .add = add};

}  // namespace lemnos::commands
