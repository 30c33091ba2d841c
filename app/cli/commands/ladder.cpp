// lemnos-cli ladder: is the network what limits the accuracy?
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/data_argument.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"
#include "app/cli/sweep_printer.h"
#include "app/cli/training_options.h"
#include "app/cli/trial_process.h"
#include "model/data/split_params.h"
#include "model/phrase_json.h"
#include "model/sweep/ladder.h"
#include "model/sweep/sweep.h"
#include "model/train/run_store.h"

namespace lemnos::commands {

namespace {

constexpr std::int64_t usualEpochs = 5;

struct Options {
    TrainingOptions base;
    std::size_t sample = 5000;
    std::string folder;
};

Result<DatasetIndex> readWhole(const RunSpec& spec, std::stop_token stop, bool silent) {
    TRY(ProjectFile project, projectOf({spec.data.path.string()}));
    // A project has a split of its own.
    if (!isProjectName(spec.data.path)) project.split = splitOptionsFrom(spec.settings);
    return readData(project, std::move(stop), silent);
}

Status run(const Options& options) {
    const bool quiet = options.base.events || options.base.json;
    SweepPrinter printer(options.base.events ? SweepOutput::events
                         : options.base.json ? SweepOutput::silent
                                             : SweepOutput::automatic);
    LadderResult result;
    const auto swept = [&]() -> Status {
        TRY(RunSpec base, runSpecFrom(options.base));
        const Interruption interruption;
        TRY(const DatasetIndex index, readWhole(base, interruption.token(), quiet));
        std::filesystem::path folder = options.folder;
        if (folder.empty()) {
            TRY(folder, makeFreshFolder("ladder"));
        }
        const std::int64_t epochs =
            options.base.settings.contains("epochs") ? intParam(base.settings, "epochs") : usualEpochs;
        const bool whole = index.count(Split::train) <= options.sample;
        std::filesystem::path sample = folder;
        sample += ".csv";  // beside it, for a sweep begins in an empty folder
        if (!whole) {
            base.data.path = sample;
            TRY_OK(writeSample(index, options.sample, sample));
        }
        TRY(folder, createSweep(ladderSweep(std::move(base), epochs), folder));
        TRY(const SweepTable table, runSweep(folder, &runTrialProcess, printer.sink(), interruption.token()));
        if (interruption.token().stop_requested()) return Error{"The ladder was stopped before it came to a verdict."};
        result = {.linear = table.rows()[0].value,
                  .own = table.rows()[1].value,
                  .smallCnn = table.rows()[2].value,
                  .validationCount = whole ? index.count(Split::validation)
                                           : std::min(index.count(Split::validation), options.sample / 4),
                  .classes = index.classes.size()};
        return {};
    }();
    printer.end();
    if (!swept) return swept;
    const LadderVerdict verdict = ladderVerdict(result);
    if (quiet) {
        nlohmann::json json = sentenceToJson(verdict.sentence);
        json["kind"] = toString(verdict.kind);
        if (options.base.events) json["event"] = "verdict";
        if (options.base.json) json.update(sweepResult(printer.table()));
        printJson(json);
    } else {
        printLine(worded(verdict.sentence));
    }
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "ladder", "Say whether the network is the limit: train a linear one, yours and a small CNN briefly");
    const auto options = std::make_shared<Options>();
    addTrainingOptions(*command, options->base);
    command->remove_option(command->get_option("--run"));
    command->get_option("--epochs")->description("Epochs of each network [5]");
    command->add_option("--sample", options->sample, "Most pictures to train on [5000]")
        ->check(CLI::Range(std::size_t{10}, std::size_t{100'000'000}))
        ->type_name("N");
    command->add_option("--folder", options->folder, "New folder for the three runs [one in the runs folder]")
        ->type_name("DIR");
    command->footer(
        "Examples:\n"
        "  lemnos-cli ladder --data flowers --template mlp512\n"
        "  lemnos-cli ladder --data flowers --model mine.json --epochs 10 --sample 20000");
    command->callback([options] {
        if (options->base.data.empty() && options->base.spec.empty())
            throw CLI::RequiredError("--data DIR (or --spec FILE)");
        finish(run(*options));
    });
}

}  // namespace

extern const Command ladder{.order = 66, .add = add};

}  // namespace lemnos::commands
