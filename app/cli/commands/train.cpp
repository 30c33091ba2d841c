// lemnos-cli train: trains a network on a folder of class folders.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/cli/advice_printer.h"
#include "app/cli/command.h"
#include "app/cli/fresh_process.h"
#include "app/cli/interruption.h"
#include "app/cli/lan_teams.h"
#include "app/cli/mpi_rank.h"
#include "app/cli/output.h"
#include "app/cli/run_printer.h"
#include "app/cli/training_options.h"
#include "model/mpi/mpi_team.h"
#include "model/together/advisor_json.h"
#include "model/train/team_advice.h"
#include "model/train/trainer.h"

namespace lemnos::commands {

namespace {

struct Options {
    TrainingOptions training;
    bool advise = false;
    std::int64_t largestBatch = 0;
};

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

/// Trains nothing.
Status adviseHere(const Options& options) {
    const bool events = options.training.events, json = options.training.json;
    const Interruption interruption;
    RunPrinter printer(runOutput(events, json));
    const auto advised = [&]() -> Result<Advice> {
        TRY(RunSpec spec, runSpecFrom(options.training));
        TRY(spec.peers, peersNamed(spec.peers, interruption.token()));
        return adviseOnTeam(std::move(spec), printer.sink(), interruption.token(),
                            {.largestBatch = options.largestBatch, .team = lanTeams()});
    }();
    printer.end(advised ? Status() : Status(advised.error()));
    if (!advised) return advised.error();
    if (!events && !json) {
        printAdvice(*advised);
        return {};
    }
    nlohmann::json object = toJson(*advised);
    if (events) object["event"] = "advice";
    printJson(object);
    return {};
}

Status run(const Options& options) {
    if (options.advise) return adviseHere(options);
    return options.training.collective == "mpi" ? trainUnderMpi(options.training) : trainHere(options.training);
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("train", "Train a network on a folder of class folders");
    const auto options = std::make_shared<Options>();
    addTrainingOptions(*command, options->training);
    CLI::Option* advise = command->add_flag(
        "--advise", options->advise,
        "Measure the PCs of --peers for some seconds, say what training with them would bring, and train nothing");
    advise->excludes(command->get_option("--collective"));
    command
        ->add_option("--largest-batch", options->largestBatch,
                     "With --advise: pictures per change of the weights that would be acceptable [those of the run]")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}))
        ->type_name("N")
        ->needs(advise);
    command->footer(
        "Examples:\n"
        "  lemnos-cli train --data flowers\n"
        "  lemnos-cli train --data mnist --template mlp512 --size 28x28 --epochs 10 --lr 0.001\n"
        "  lemnos-cli train --data flowers --augment flip_horizontal --augment shift=0.1 --run runs/flowers\n"
        "  lemnos-cli train --data flowers --device vulkan:0 --device vulkan:1\n"
        "  lemnos-cli train --data flowers --peers all\n"
        "  lemnos-cli train --data flowers --peers all --advise\n"
        "  lemnos-cli train --spec runs/flowers/spec.json --run runs/flowers-again\n"
        "Ctrl-C ends the run with a checkpoint; \"lemnos-cli resume\" goes on from it. A second Ctrl-C ends it at "
        "once.");
    command->callback([options] {
        if (options->training.data.empty() && options->training.spec.empty()) {
            throw CLI::RequiredError("--data DIR (or --spec FILE)");
        }
        finish(run(*options));
    });
}

}  // namespace

extern const Command train{.order = 50, .add = add};

}  // namespace lemnos::commands
