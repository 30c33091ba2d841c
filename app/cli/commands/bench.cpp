// lemnos-cli bench: how fast this PC trains, and what limits it.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "model/bench/step_bench.h"
#include "model/devices/device_facts.h"
#include "model/graph/step_time.h"
#include "model/templates/template.h"

namespace lemnos::commands {

namespace {

struct BenchOptions {
    std::vector<std::string> models;
    std::vector<std::int64_t> batches;
    std::string device, mode = "fp32";
    std::int64_t side = 0, classes = 0;
    int steps = 20;
    bool recompute = false, json = false;
};

/// What the networks are usually measured on: those of the headline jobs, CIFAR, and pictures of 64 pixels.
std::int64_t usualClasses(const std::string& model) {
    if (model == "mlp256") return 2000;
    return model == "mlp512" || model == "resnet18" ? 100 : 10;
}

Status benchOne(const BenchOptions& options, const std::string& model, std::int64_t batch, Device& plain,
                Device& profiled, const DeviceSpeed& limit) {
    const auto templates = graphTemplates();
    const auto type = std::ranges::find(templates, model, &TemplateType::name);
    StepBenchRequest request;
    request.input = {64, 64, 3};
    if (type != templates.end()) request.input = {(*type)->usual[0], (*type)->usual[1], 3};
    if (options.side > 0) request.input = {options.side, options.side, 3};
    TRY(request.graph, graphFromTemplate(model, request.input));
    request.classes = options.classes > 0 ? options.classes : usualClasses(model);
    request.batch = batch;
    request.steps = options.steps;
    request.recompute = options.recompute;
    request.mixed = options.mode == "fp16";
    TRY(const StepTimes times, benchSteps(request, plain, profiled));
    const double expectedMs = 1e3 * expectedStepSeconds(times.plan, limit);
    if (options.json) {
        printJson({{"peer", "lemnos " LEMNOS_VERSION},
                   {"model", model},
                   {"batch", batch},
                   {"device", plain.info().id},
                   {"device_name", plain.info().name},
                   {"mode", options.mode},
                   {"threads", std::thread::hardware_concurrency()},
                   {"ms_median", times.medianMs},
                   {"ms_best", times.bestMs},
                   {"ms_expected", expectedMs},
                   {"images_per_s", times.imagesPerSecond},
                   {"memory_bytes", times.plan.totalBytes()},
                   {"ms_in_ops", times.opMs},
                   {"ms_outside_ops", times.outsideMs},
                   {"ops", toJson(times.ops, limit)}});
        return {};
    }
    printLine(model + ", batch " + std::to_string(batch) + ": " + withDigits(times.medianMs, 2) + " ms a step (best " +
              withDigits(times.bestMs, 2) + ", expected " + withDigits(expectedMs, 2) + "), " +
              withDigits(times.imagesPerSecond, 0) + " images/s, " + bytesText(times.plan.totalBytes()));
    printLine(toText(times, limit));
    return {};
}

Status run(const BenchOptions& options) {
    const bool mixed = options.mode == "fp16";
    TRY(const auto plain, openForTraining(options.device, {.float16 = mixed}));
    if (mixed && !plain->info().float16)
        return Error{"'" + plain->info().name + "' has no half precision; choose another device, or leave out --mode.",
                     "mode"};
    TRY(const auto profiled, openForTraining(plain->info().id, {.profile = true, .float16 = mixed}));
    TRY(const DeviceSpeed limit, measureSpeed(*plain));
    if (!options.json)
        printLine(plain->info().name + ": " + withDigits(2e-9 * limit.multiplyAdds, 1) + " GFLOP/s in products, " +
                  withDigits(1e-9 * limit.bytes, 1) + " GB/s in copies");
    const std::vector<std::string> usual = {"mlp512", "small_cnn", "resnet20", "resnet18"};
    for (const std::string& model : options.models.empty() ? usual : options.models) {
        for (const std::int64_t batch : options.batches.empty() ? std::vector<std::int64_t>{32, 128} : options.batches)
            TRY_OK(benchOne(options, model, batch, *plain, *profiled, limit));
    }
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("bench", "Time training steps, and show what limits them");
    const auto options = std::make_shared<BenchOptions>();
    command->add_option("--model", options->models, "Template; may be given several times [the usual four]")
        ->type_name("NAME")
        ->allow_extra_args(false);
    command->add_option("--batch", options->batches, "Pictures per step; may be given several times [32, 128]")
        ->type_name("N")
        ->check(CLI::Range(1, 65535))
        ->allow_extra_args(false);
    command->add_option("--device", options->device, "Device as \"lemnos-cli devices\" lists it [auto]")
        ->type_name("ID");
    command->add_option("--mode", options->mode, "Number format: fp32, or fp16 for mixed precision [fp32]")
        ->check(CLI::IsMember({"fp32", "fp16"}));
    command->add_option("--steps", options->steps, "Steps to time [20]")->check(CLI::Range(1, 100000));
    command->add_option("--side", options->side, "Height and width of the pictures [what suits the template]")
        ->check(CLI::Range(1, 4096));
    command->add_option("--classes", options->classes, "Number of classes")->check(CLI::Range(2, 1000000));
    command->add_flag("--recompute", options->recompute, "Save memory by computing cheap values twice");
    addJsonFlag(*command, options->json);
    command->footer(
        "Pictures are random; reading and decoding are not measured. Below each network its operations are listed "
        "with\n"
        "their distance to what the device reached in a large product and a large copy just before.\n"
        "Examples:\n  lemnos-cli bench\n  lemnos-cli bench --model resnet18 --batch 32 --device cpu --json");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command bench{.order = 14, .add = add};

}  // namespace lemnos::commands
