// lemnos-cli evaluate: how well a run's network does on one part of the data.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "app/cli/run_printer.h"
#include "model/files.h"
#include "model/train/trainer.h"

namespace lemnos::commands {

namespace {

struct Options {
    std::string run, data, device;
    std::string split = "test";
    bool json = false;
};

Result<Metrics> measure(const Options& options, RunPrinter& printer, std::stop_token stop) {
    TRY(const std::filesystem::path folder, findRun(options.run));
    TRY(const Split split, splitFromString(options.split));
    TRY(const RunStore store, RunStore::open(folder));
    TRY(TrainedNetwork network, TrainedNetwork::load(folder, options.device));
    const auto progress = [&](std::size_t done, std::size_t total) {
        printer.print({0, PhaseEvent{"Looking through the pictures", static_cast<std::int64_t>(done),
                                     static_cast<std::int64_t>(total)}});
    };
    TRY(const DatasetIndex index, datasetOfRun(store, options.data, progress, stop));
    if (index.count(split) == 0) {
        return Error{"There are no pictures in the part '" + options.split + "'; choose another one with --split.",
                     options.split};
    }
    return network.evaluate(index, split, printer.sink(), stop);
}

Status run(const Options& options) {
    const Interruption interruption;
    RunPrinter printer(options.json ? RunOutput::silent : RunOutput::automatic);
    const Result<Metrics> metrics = measure(options, printer, interruption.token());
    printer.end({});
    if (!metrics) return metrics.error();
    if (options.json) {
        printJson({{"accuracy", metrics->accuracy},
                   {"loss", metrics->loss},
                   {"count", metrics->count},
                   {"split", options.split}});
    } else {
        printLine("accuracy " + withDigits(metrics->accuracy, 4) + "  loss " + withDigits(metrics->loss, 4) + "  on " +
                  withThousands(metrics->count) + " pictures (" + options.split + ")");
    }
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("evaluate", "Measure a run's network on one part of the data");
    const auto options = std::make_shared<Options>();
    addRunArgument(*command, options->run);
    command->add_option("--data", options->data, "Another data folder with the same classes [the run's own]");
    command->add_option("--split", options->split, "Which part: train, val or test")
        ->check(CLI::IsMember({"train", "val", "test"}))
        ->capture_default_str();
    addDeviceOption(*command, options->device);
    addJsonFlag(*command, options->json);
    command->footer(
        "Examples:\n  lemnos-cli evaluate runs/flowers\n  lemnos-cli evaluate runs/flowers --split val --json");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command evaluate{.order = 70, .add = add};

}  // namespace lemnos::commands
