// lemnos-cli annotate: notes and tags of a run.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "model/train/run_summary.h"

namespace lemnos::commands {

namespace {

struct Options {
    std::string run;
    std::optional<std::string> notes;
    std::vector<std::string> add, remove;
    bool json = false;
};

Status run(const Options& options) {
    TRY(const std::filesystem::path folder, findRun(options.run));
    TRY(RunNotes notes, readNotes(folder));
    const RunNotes before = notes;
    if (options.notes) notes.text = *options.notes;
    for (const std::string& tag : options.add) {
        for (std::string& one : tagsFromText(tag)) {
            if (std::ranges::find(notes.tags, one) == notes.tags.end()) notes.tags.push_back(std::move(one));
        }
    }
    for (const std::string& tag : options.remove) std::erase(notes.tags, tag);
    if (notes != before) TRY_OK(writeNotes(folder, notes));
    if (options.json) {
        printJson({{"notes", notes.text}, {"tags", notes.tags}});
        return {};
    }
    if (!notes.text.empty()) printLine(notes.text);
    if (!notes.tags.empty()) printLine("Tags: " + joined(notes.tags));
    if (notes == RunNotes{}) printLine("The run has no notes and no tags.");
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("annotate", "Show and change the notes and tags of a run");
    const auto options = std::make_shared<Options>();
    addRunArgument(*command, options->run);
    command->add_option("--notes", options->notes, "What the run is about; replaces what was there")->type_name("TEXT");
    command->add_option("--tag", options->add, "Tag to add; may be given several times")
        ->type_name("TAG")
        ->allow_extra_args(false);
    command->add_option("--untag", options->remove, "Tag to remove; may be given several times")
        ->type_name("TAG")
        ->allow_extra_args(false);
    addJsonFlag(*command, options->json);
    command->footer(
        "Examples:\n  lemnos-cli annotate shapes-run --notes \"first try\" --tag baseline\n"
        "  lemnos-cli annotate shapes-run --untag baseline");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command annotate{.order = 102, .add = add};

}  // namespace lemnos::commands
