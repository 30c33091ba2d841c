// lemnos-cli sweep: trains many runs that differ in a few settings, and shows which is best.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/cli/command.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"
#include "app/cli/sweep_printer.h"
#include "app/cli/training_options.h"
#include "app/cli/trial_process.h"
#include "model/files.h"
#include "model/sweep/sweep.h"

namespace lemnos::commands {

namespace {

struct Options {
    TrainingOptions base;
    std::map<std::string, std::string> settings;
    std::vector<std::string> parameters;
    std::string order, resume, folder;
    bool parallel = false;
};

/// "lr=0.001..0.1:log": as --lr is short for --learning-rate, and with - for _ as all options have it.
Result<SweepParameter> parseParameter(const std::string& text) {
    const std::size_t equals = text.find('=');
    std::string key = text.substr(0, equals);
    std::ranges::replace(key, '-', '_');
    if (equals == std::string::npos) return Error{"'" + text + "' is not NAME=VALUES, such as lr=0.001,0.01.", text};
    return parseSweepParameter(key == "lr" ? "learning_rate" : key, text.substr(equals + 1));
}

Result<SweepSpec> specFrom(const Options& options) {
    if (!options.order.empty()) return readSweepSpec(options.order);
    SweepSpec spec;
    TrainingOptions base = options.base;
    if (options.parallel) spec.devices = std::exchange(base.devices, {});
    TRY(spec.base, runSpecFrom(base));
    for (const std::string& text : options.parameters) {
        TRY(SweepParameter parameter, parseParameter(text));
        spec.parameters.push_back(std::move(parameter));
    }
    TRY(spec.settings, resolveParams(sweepSettings(), ParamMap(), "the sweep"));
    TRY_OK(applyTyped(sweepSettings(), options.settings, spec.settings));
    return spec;
}

Status run(const Options& options) {
    SweepPrinter printer(options.base.events ? SweepOutput::events
                         : options.base.json ? SweepOutput::silent
                                             : SweepOutput::automatic);
    const auto swept = [&]() -> Status {
        std::filesystem::path folder = options.resume;
        if (folder.empty()) {
            TRY(const SweepSpec spec, specFrom(options));
            TRY(folder, createSweep(spec, options.folder));
        } else if (std::error_code code; !std::filesystem::exists(folder, code)) {
            folder = runsFolder() / folder;
        }
        const Interruption interruption;
        TRY(const SweepTable table, runSweep(folder, &runTrialProcess, printer.sink(), interruption.token()));
        if (options.base.json) printJson(sweepResult(table));
        return {};
    }();
    printer.end();
    return swept;
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("sweep", "Try settings: train many runs and show which is best");
    const auto options = std::make_shared<Options>();
    command
        ->add_option("--param", options->parameters,
                     "What to try, as often as wanted: lr=0.001,0.01 or lr=0.0001..0.1:log (:5 for five values of a "
                     "grid); also template, width, and every setting of optimizer and schedule")
        ->type_name("NAME=VALUES")
        ->allow_extra_args(false)
        ->group("Sweep")
        ->check([](const std::string& text) {
            const auto parameter = parseParameter(text);
            return parameter ? std::string() : parameter.error().message;
        });
    for (const Param& param : sweepSettings()) addParamOption(*command, param, options->settings, "Sweep");
    command->add_flag("--parallel", options->parallel, "Each --device trains a trial of its own at a time")
        ->group("Sweep");
    command->add_option("--folder", options->folder, "New folder for the sweep [one in the runs folder]")
        ->type_name("DIR")
        ->group("Sweep");
    CLI::Option* order = command->add_option("--order", options->order, "Everything from a sweep's sweep.json")
                             ->type_name("FILE")
                             ->group("Sweep");
    CLI::Option* resume = command->add_option("--resume", options->resume, "Go on with the sweep in this folder")
                              ->type_name("DIR")
                              ->group("Sweep")
                              ->excludes(order);
    addTrainingOptions(*command, options->base);
    command->remove_option(command->get_option("--run"));
    command->footer(
        "Examples:\n"
        "  lemnos-cli sweep --data flowers --param lr=0.0001..0.1:log:4 --param batch=16,64 --epochs 10\n"
        "  lemnos-cli sweep --data flowers --template small_cnn --strategy halving --trials 27 --epochs 27 \\\n"
        "      --param lr=0.0001..0.1:log --param width=0.5,1,2 --param optimizer=adam,sgd\n"
        "  lemnos-cli sweep --spec runs/flowers/spec.json --param mixup=0..0.4 --device vulkan:0 --device vulkan:1 "
        "--parallel\n"
        "  lemnos-cli sweep --resume 2026-05-01-101500-sweep\n"
        "Ctrl-C ends it with checkpoints; --resume goes on where it was. The trials are runs like any other.");
    command->callback([options, order, resume] {
        if (order->count() == 0 && resume->count() == 0) {
            if (options->base.data.empty() && options->base.spec.empty())
                throw CLI::RequiredError("--data DIR (or --spec FILE)");
            if (options->parameters.empty()) throw CLI::RequiredError("--param NAME=VALUES");
        }
        finish(run(*options));
    });
}

}  // namespace

extern const Command sweep{.order = 65, .add = add};

}  // namespace lemnos::commands
