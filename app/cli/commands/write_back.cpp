// lemnos-cli write-back: moves files so that the folders say what a project's edits say.
#include "model/data/write_back.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/data_argument.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"
#include "model/files.h"
#include "model/text.h"

namespace lemnos::commands {

namespace {

struct Options {
    std::string project;
    bool yes = false, undo = false;
};

std::string files(std::size_t count) {
    return withThousands(static_cast<std::int64_t>(count)) + (count == 1 ? " file" : " files");
}

Status run(const Options& options) {
    if (options.undo) {
        TRY(const std::size_t count, undoWriteBack(options.project));
        printLine("Moved " + files(count) + " back, and restored the project.");
        return {};
    }
    const Interruption interruption;
    TRY(const ProjectFile project, readProject(options.project));
    TRY(const DatasetIndex index, readData(project, interruption.token(), false));
    TRY(const std::vector<FileMove> moves, plannedMoves(project, index));
    for (const FileMove& move : moves) printLine(escaped(move.from.native()) + " -> " + escaped(move.to.native()));
    if (moves.empty()) {
        printLine("The folders say what the project says already.");
    } else if (!options.yes) {
        printLine("Would move " + files(moves.size()) + ". Say --yes to move them.");
    } else {
        TRY(const std::size_t count, writeBack(options.project, project, index));
        printLine("Moved " + files(count) + ". Undo with: lemnos-cli write-back " + displayPath(options.project) +
                  " --undo");
    }
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("write-back", "Move files so that the folders say what a project says");
    const auto options = std::make_shared<Options>();
    addProjectArgument(*command, options->project);
    CLI::Option* yes =
        command->add_flag("--yes", options->yes, "Move the files; without it, only show what would move");
    command->add_flag("--undo", options->undo, "Move the files of the last time back")->excludes(yes);
    command->footer(
        "Pictures of another class move to its folder, excluded ones to .excluded in their source.\n"
        "Examples:\n  lemnos-cli write-back pets.lemnos\n  lemnos-cli write-back pets.lemnos --yes");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command write_back{.order = 36, .add = add};

}  // namespace lemnos::commands
