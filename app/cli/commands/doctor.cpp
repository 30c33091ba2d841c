// lemnos-cli doctor: what is wrong with the data, and mending it.
#include "model/doctor/doctor.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/data_argument.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "app/cli/run_printer.h"
#include "model/files.h"
#include "model/option_name.h"
#include "model/text.h"

namespace lemnos::commands {

namespace {

struct Options {
    std::vector<std::string> data, fix;
    bool quick = false, json = false, all = false;
};

constexpr std::size_t shownOfEach = 5;

void print(const DatasetIndex& index, const std::vector<Finding>& findings, bool all) {
    for (const CheckType* check : orderedChecks()) {
        const auto count = static_cast<std::size_t>(std::ranges::count(findings, check->name, &Finding::check));
        if (count == 0) continue;
        printLine(std::string(check->label) + " (" + std::string(check->name) +
                  "): " + withThousands(static_cast<std::int64_t>(count)));
        std::size_t shown = 0;
        for (const Finding& finding : findings) {
            if (finding.check != check->name || (++shown > shownOfEach && !all)) continue;
            printLine("  " + escaped(worded(textOf(index, finding))));
        }
        if (shown > shownOfEach && !all) printLine("  and " + std::to_string(shown - shownOfEach) + " more (--all)");
    }
    if (findings.empty()) printLine("Nothing is wrong with the data.");
}

/// Applies the recommended fix of every finding of these checks, each check as its own step of the history.
Status fix(const Options& options, ProjectFile& project, const DatasetIndex& index,
           const std::vector<Finding>& findings) {
    std::size_t fixed = 0;
    for (const CheckType* check : orderedChecks()) {
        const auto wanted = [&](const std::string& name) { return name == "all" || name == check->name; };
        if (std::ranges::none_of(options.fix, wanted)) continue;
        std::vector<Finding> some;
        std::ranges::copy_if(findings, std::back_inserter(some),
                             [&](const Finding& finding) { return finding.check == check->name; });
        for (Edit& edit : editsFor(index, some)) {
            if (!options.json) printLine(std::string(check->label) + ": " + escaped(describe(edit)) + ".");
            project.edits.push(std::move(edit));
            ++fixed;
        }
        for (const Finding& finding : some) {
            const Fix recommended = fixesFor(index, finding).front();
            if (!recommended.isEdit() && !options.json)
                printLine(std::string(check->label) + ": train with " + optionName(recommended.setting) + " " +
                          recommended.value + ".");
        }
    }
    return fixed == 0 ? Status() : writeProject(project, options.data.front());
}

Status run(const Options& options) {
    if (!options.fix.empty() && (options.data.size() != 1 || !isProjectName(options.data.front())))
        return Error{"Fixes are kept in a project; make one with \"lemnos-cli project NAME.lemnos --add FOLDER\".", {}};
    const Interruption interruption;
    TRY(ProjectFile project, projectOf(options.data));
    TRY(const DatasetIndex index, readData(project, interruption.token(), options.json));
    RunPrinter printer(options.json ? RunOutput::silent : RunOutput::automatic);
    DoctorOptions doctor{.quick = options.quick, .stop = interruption.token(), .edits = project.edits.done()};
    doctor.progress = [&](std::string_view check, std::size_t done, std::size_t total) {
        printer.print(
            {0, PhaseEvent{std::string(check), static_cast<std::int64_t>(done), static_cast<std::int64_t>(total)}});
    };
    const auto findings = examine(index, doctor);
    printer.end({});
    if (!findings) return findings.error();
    if (options.json) {
        printJson(toJson(index, *findings, options.all ? SIZE_MAX : 1000));
    } else {
        print(index, *findings, options.all);
    }
    return options.fix.empty() ? Status() : fix(options, project, index, *findings);
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("doctor", "Find copies, leaks, damaged files and more, and mend them");
    const auto options = std::make_shared<Options>();
    command->add_option("DATA", options->data, "Folders of class folders, lists (.csv, .tsv), or a project (.lemnos)")
        ->required();
    command->add_flag("--quick", options->quick, "Only what can be told without reading the pictures again");
    std::vector<std::string> names = {"all"};
    std::string help = "Mend what a check finds, in the project; your files stay as they are: all";
    for (const CheckType* check : orderedChecks()) {
        names.emplace_back(check->name);
        help += ", " + std::string(check->name);
    }
    command->add_option("--fix", options->fix, help)
        ->type_name("CHECK")
        ->allow_extra_args(false)
        ->check(CLI::IsMember(names));
    command->add_flag("--all", options->all, "Show every finding");
    addJsonFlag(*command, options->json);
    command->footer(
        "Examples:\n  lemnos-cli doctor flowers\n  lemnos-cli project flowers.lemnos --add flowers\n"
        "  lemnos-cli doctor flowers.lemnos --fix leakage --fix duplicates\n  lemnos-cli edit flowers.lemnos undo");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command doctor{.order = 32, .add = add};

}  // namespace lemnos::commands
