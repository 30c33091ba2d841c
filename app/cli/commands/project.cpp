// lemnos-cli project: makes a project, says where its pictures are and how they are dealt out, and shows it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/data_argument.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "model/data/project_file.h"
#include "model/data/split_params.h"
#include "model/files.h"
#include "model/option_name.h"
#include "model/text.h"

namespace lemnos::commands {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::string project;
    std::vector<std::string> added, removed;
    std::map<std::string, std::string> split;
    bool json = false;
};

fs::path absolutePath(const std::string& text) {
    std::error_code code;
    const fs::path path = fs::absolute(text, code).lexically_normal();
    return path.has_filename() ? path : path.parent_path();
}

Status changeSources(const Options& options, ProjectFile& project) {
    for (const std::string& text : options.removed) {
        const auto found = std::ranges::find(project.sources, absolutePath(text));
        if (found == project.sources.end()) return Error{"The project does not use " + displayPath(text) + ".", text};
        if (project.edits.canUndo() && found + 1 != project.sources.end())
            return Error{"The project has edits, so that only its last source can be removed.", text};
        project.sources.erase(found);
    }
    for (const std::string& text : options.added) {
        if (std::ranges::find(project.sources, absolutePath(text)) == project.sources.end())
            project.sources.push_back(absolutePath(text));
    }
    if (project.sources.empty())
        return Error{"The project needs pictures; name a folder of class folders or a list with --add.", {}};
    return {};
}

/// Whether anything is different then.
Result<bool> changeSplit(const Options& options, ProjectFile& project) {
    ParamMap values;
    setSplitParams(values, project.split);
    for (const Param& param : splitParams()) {
        const auto typed = options.split.find(param.key);
        if (typed == options.split.end()) continue;
        TRY(values[param.key], parseParam(param, typed->second));
    }
    const SplitOptions split = splitOptionsFrom(values);
    TRY_OK(checkSplitOptions(split));
    const bool changed = !options.split.empty();
    project.split = split;
    if (changed) project.sides = {};  // dealt out anew
    return changed;
}

nlohmann::json toJson(const ProjectFile& project, const DatasetIndex& index) {
    nlohmann::json sources = nlohmann::json::array(), splits = nlohmann::json::object();
    for (const fs::path& source : project.sources) sources.push_back(displayPath(source));
    for (const Split split : {Split::train, Split::validation, Split::test})
        splits[std::string(toString(split))] = index.count(split);
    return {{"sources", std::move(sources)},        {"images", index.samples.size()},
            {"classes", index.classes.size()},      {"splits", std::move(splits)},
            {"edits", project.edits.done().size()}, {"excluded", index.excluded.size()}};
}

Status run(const Options& options) {
    const Interruption interruption;
    ProjectFile project;
    std::error_code code;
    if (fs::exists(options.project, code)) {
        TRY(project, readProject(options.project));
    } else if (options.added.empty()) {
        return Error{"There is no project " + displayPath(options.project) +
                         "; make it with --add and a folder of class folders.",
                     options.project};
    }
    TRY_OK(changeSources(options, project));
    TRY(const bool splitChanged, changeSplit(options, project));
    TRY(const DatasetIndex index, readData(project, interruption.token(), options.json));
    if (splitChanged || !options.added.empty() || !options.removed.empty() || project.sides.empty()) {
        project.sides = savedSplits(index);
        TRY_OK(writeProject(project, options.project));
    }
    if (options.json) {
        printJson(toJson(project, index));
        return {};
    }
    for (const fs::path& source : project.sources) printLine("from " + displayPath(source));
    printClasses(index);
    if (project.edits.canUndo())
        printLine(std::to_string(project.edits.done().size()) +
                  " edits, the last: " + escaped(describe(project.edits.done().back())) + ".");
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("project", "Make or change a project: several sources, edits and a split");
    const auto options = std::make_shared<Options>();
    addProjectArgument(*command, options->project);
    command->add_option("--add", options->added, "Folder of class folders, or list (.csv, .tsv), to take pictures from")
        ->type_name("DATA")
        ->allow_extra_args(false);
    command->add_option("--remove", options->removed, "Source to do without")
        ->type_name("DATA")
        ->allow_extra_args(false);
    for (const Param& param : splitParams()) {
        command
            ->add_option_function<std::string>(
                optionName(param.key),
                [options, key = param.key](const std::string& text) { options->split[key] = text; },
                param.help + " [" + toString(param.defaultValue) + "]")
            ->group("Split")
            ->check([param](const std::string& text) {
                const Result<ParamValue> value = parseParam(param, text);
                return value ? std::string() : value.error().message;
            });
    }
    addJsonFlag(*command, options->json);
    command->footer(
        "Examples:\n  lemnos-cli project signs.lemnos --add signs --add labels.csv\n"
        "  lemnos-cli project signs.lemnos --split-by name --split-pattern '^\\d+'\n"
        "  lemnos-cli train --data signs.lemnos");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command project{.order = 31, .add = add};

}  // namespace lemnos::commands
