// lemnos-cli edit: labels, classes and parts, kept in the project and never in the files.
#include "model/data/edits.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "app/cli/command.h"
#include "app/cli/data_argument.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"
#include "model/files.h"
#include "model/text.h"

namespace lemnos::commands {

namespace {

struct Options {
    std::string project, from, to;
    std::vector<std::string> files;
};

/// Finds the files that the user names: as the project's list shows them, or as paths on the disk.
Status nameFiles(const DatasetIndex& index, const std::vector<std::string>& given, Edit& edit) {
    std::unordered_map<std::string, FileKey> known;
    const auto add = [&](std::uint16_t source, std::string_view path, std::uint64_t hash) {
        const FileKey key{source, std::string(path), hash};
        known.emplace(key.path, key);
        known.emplace((index.rootOf(source) / path).lexically_normal().native(), key);
    };
    for (const Sample& sample : index.samples) add(sample.source, sample.path, sample.hash);
    for (const FileProblem& problem : index.problems) add(problem.source, problem.path, 0);
    for (const std::string& file : given) {
        std::error_code code;
        auto found = known.find(file);
        if (found == known.end()) found = known.find(std::filesystem::absolute(file, code).lexically_normal().native());
        if (found == known.end())
            return Error{"The project has no picture " + displayPath(file) +
                             "; name it by its path, as \"lemnos-cli doctor\" shows it.",
                         file};
        edit.files.push_back(found->second);
    }
    return {};
}

Status apply(const Options& options, Edit edit) {
    const Interruption interruption;
    TRY(ProjectFile project, readProject(options.project));
    TRY(const DatasetIndex scanned, readSources(project, interruption.token(), false));
    TRY_OK(nameFiles(scanned, options.files, edit));
    edit.from = options.from;
    edit.to = options.to;
    DatasetIndex now = scanned;
    applyEdits(now, project.edits.done());
    TRY_OK(checkEdit(now, edit));
    const std::string text = describe(edit);
    project.edits.push(std::move(edit));
    // An edit that leaves nothing to train on is refused here rather than when training starts.
    TRY(const DatasetIndex after, arranged(scanned, project));
    TRY_OK(writeProject(project, options.project));
    printLine(escaped(text) + ". There are " + withThousands(static_cast<std::int64_t>(after.samples.size())) +
              " pictures in " + withThousands(static_cast<std::int64_t>(after.classes.size())) + " classes now.");
    return {};
}

Status step(const std::string& file, bool back) {
    TRY(ProjectFile project, readProject(file));
    if (!(back ? project.edits.canUndo() : project.edits.canRedo()))
        return Error{std::string("There is nothing to ") + (back ? "undo." : "redo."), {}};
    const std::string what = describe(back ? project.edits.done().back() : project.edits.undone().front());
    if (back)
        project.edits.undo();
    else
        project.edits.redo();
    TRY_OK(writeProject(project, file));
    printLine((back ? "Undone: " : "Done again: ") + escaped(what) + ".");
    return {};
}

Status list(const std::string& file) {
    TRY(const ProjectFile project, readProject(file));
    for (const Edit& edit : project.edits.done()) printLine(escaped(describe(edit)));
    for (const Edit& edit : project.edits.undone()) printLine("(undone) " + escaped(describe(edit)));
    return {};
}

/// An action on files, with the class or part they go to where there is one.
void addFileAction(CLI::App& command, const std::shared_ptr<Options>& options, Edit::Kind kind, const char* name,
                   const char* help) {
    CLI::App* action = command.add_subcommand(name, help);
    action->add_option("FILE", options->files, "Pictures of the project")->required();
    if (kind == Edit::Kind::relabel)
        action->add_option("--to", options->to, "Their class, which may be new")->required();
    const auto part = std::make_shared<std::string>();
    if (kind == Edit::Kind::assign)
        action->add_option("--to", *part, "Their part")->required()->check(CLI::IsMember({"train", "val", "test"}));
    action->callback([options, kind, part] {
        Edit edit{.kind = kind};
        if (const auto split = splitFromString(*part)) edit.split = *split;
        finish(apply(*options, edit));
    });
}

void addClassAction(CLI::App& command, const std::shared_ptr<Options>& options, Edit::Kind kind, const char* name,
                    const char* help) {
    CLI::App* action = command.add_subcommand(name, help);
    action->add_option("CLASS", options->from, "A class of the project")->required();
    if (kind != Edit::Kind::excludeClass)
        action->add_option("TO", options->to, kind == Edit::Kind::merge ? "The class to merge it into" : "Its new name")
            ->required();
    action->callback([options, kind] { finish(apply(*options, {.kind = kind})); });
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("edit", "Change labels, classes and parts in a project, not in your files");
    const auto options = std::make_shared<Options>();
    addProjectArgument(*command, options->project);
    command->require_subcommand(1);
    using Kind = Edit::Kind;
    addFileAction(*command, options, Kind::exclude, "exclude", "Leave pictures out");
    addFileAction(*command, options, Kind::include, "include", "Bring excluded pictures back");
    addFileAction(*command, options, Kind::relabel, "relabel", "Put pictures into another class");
    addFileAction(*command, options, Kind::assign, "assign", "Put pictures into a part: train, val or test");
    addClassAction(*command, options, Kind::excludeClass, "exclude-class", "Leave a whole class out");
    addClassAction(*command, options, Kind::rename, "rename", "Give a class another name");
    addClassAction(*command, options, Kind::merge, "merge", "Make one class of two");
    command->add_subcommand("undo", "Take the last edit back")->callback([options] {
        finish(step(options->project, true));
    });
    command->add_subcommand("redo", "Do again what was undone")->callback([options] {
        finish(step(options->project, false));
    });
    command->add_subcommand("list", "Show all edits")->callback([options] { finish(list(options->project)); });
    command->footer(
        "Examples:\n  lemnos-cli edit pets.lemnos exclude cat/blurred.jpg\n"
        "  lemnos-cli edit pets.lemnos relabel cat/rex.jpg --to dog\n  lemnos-cli edit pets.lemnos merge kitten cat\n"
        "  lemnos-cli edit pets.lemnos undo");
}

}  // namespace

extern const Command edit{.order = 34, .add = add};

}  // namespace lemnos::commands
