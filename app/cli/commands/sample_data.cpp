// lemnos-cli sample-data: a small data set to try things with.
#include "model/data/sample_data.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "app/cli/run_printer.h"
#include "model/files.h"

namespace lemnos::commands {

namespace {

struct Options {
    std::string folder;
    bool json = false;
};

Status run(const Options& options) {
    const Interruption interruption;
    RunPrinter printer(options.json ? RunOutput::silent : RunOutput::automatic);
    SampleDataOptions sample;
    sample.stop = interruption.token();
    std::size_t count = 0;
    sample.progress = [&](std::size_t done, std::size_t total) {
        count = total;
        printer.print({0, PhaseEvent{"Drawing sample pictures", static_cast<std::int64_t>(done),
                                     static_cast<std::int64_t>(total)}});
    };
    const Status made = makeSampleData(options.folder, sample);
    printer.end(made);
    TRY_OK(made);
    if (options.json) {
        printJson({{"folder", displayPath(options.folder)}, {"images", count}});
    } else {
        printLine(withThousands(static_cast<std::int64_t>(count)) + " pictures are in " + displayPath(options.folder) +
                  ".");
    }
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("sample-data", "Draw a small data set to try things with");
    const auto options = std::make_shared<Options>();
    command->add_option("DIR", options->folder, "New or empty folder for it")->required();
    addJsonFlag(*command, options->json);
    command->footer("Examples:\n  lemnos-cli sample-data shapes\n  lemnos-cli train --data shapes --epochs 5");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command sample_data{.order = 20, .add = add};

}  // namespace lemnos::commands
