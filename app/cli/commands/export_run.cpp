// lemnos-cli export: a run's network as an ONNX file.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "app/cli/run_printer.h"
#include "model/exchange/onnx_export.h"
#include "model/files.h"

namespace lemnos::commands {

namespace {

struct Options {
    std::string run, out, device;
    bool json = false;
};

void print(const ExportReport& report, bool json) {
    const Verification& proof = report.verification;
    if (json) {
        return printJson({{"file", displayPath(report.file)},
                          {"images", proof.images},
                          {"largest_difference", proof.largestDifference},
                          {"worst_image", proof.worstImage},
                          {"same_top1", proof.sameTop1}});
    }
    char difference[32];
    std::snprintf(difference, sizeof difference, "%.1e", proof.largestDifference);
    printLine("OpenCV has run the model on " + withThousands(proof.images) +
              " pictures: " + withThousands(proof.sameTop1) +
              " have the same best class, the largest difference of a probability is " + difference + ".");
    printLine("Model: " + displayPath(report.file));
}

Status run(const Options& options) {
    const Interruption interruption;
    TRY(const std::filesystem::path folder, findRun(options.run));
    RunPrinter printer(options.json ? RunOutput::silent : RunOutput::automatic);
    const Result<ExportReport> report =
        exportRun(folder, options.out, options.device, printer.sink(), interruption.token());
    printer.end({});
    if (!report) return report.error();
    print(*report, options.json);
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("export", "Write a run's network to ONNX, checked by another runtime");
    const auto options = std::make_shared<Options>();
    addRunArgument(*command, options->run);
    command->add_option("--out", options->out, "Folder for model.onnx and export.json")->required();
    addDeviceOption(*command, options->device);
    addJsonFlag(*command, options->json);
    command->footer("Examples:\n  lemnos-cli export runs/flowers --out flowers-onnx");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command export_run{.order = 90, .add = add};

}  // namespace lemnos::commands
