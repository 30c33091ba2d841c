#include "app/cli/data_argument.h"

#include <CLI/CLI.hpp>

#include "app/cli/output.h"
#include "app/cli/run_printer.h"
#include "model/files.h"
#include "model/text.h"

namespace lemnos {

void addProjectArgument(CLI::App& command, std::string& project) {
    command.add_option("PROJECT", project, "Project file, NAME.lemnos")->required()->check([](const std::string& text) {
        return isProjectName(text) ? std::string() : "'" + text + "' is not called NAME.lemnos, as projects are";
    });
}

Result<ProjectFile> projectOf(const std::vector<std::string>& data) {
    if (data.size() == 1 && isProjectName(data.front())) return readProject(data.front());
    ProjectFile project;
    for (const std::string& source : data) {
        if (isProjectName(source))
            return Error{"A project can't be mixed with other data; name it alone: " + displayPath(source) + ".",
                         source};
        project.sources.emplace_back(source);
    }
    return project;
}

Result<DatasetIndex> readSources(const ProjectFile& project, std::stop_token stop, bool silent) {
    RunPrinter printer(silent ? RunOutput::silent : RunOutput::automatic);
    ScanOptions options{.stop = std::move(stop), .cacheFolder = cacheFolder()};
    options.progress = [&](std::size_t done, std::size_t total) {
        printer.print({0, PhaseEvent{"Looking through the pictures", static_cast<std::int64_t>(done),
                                     static_cast<std::int64_t>(total)}});
    };
    auto index = scanSources(project.sources, options);
    printer.end({});
    return index;
}

Result<DatasetIndex> readData(const ProjectFile& project, std::stop_token stop, bool silent) {
    TRY(DatasetIndex scanned, readSources(project, std::move(stop), silent));
    return arranged(std::move(scanned), project);
}

void printClasses(const DatasetIndex& index) {
    const auto number = [](std::size_t value) { return withThousands(static_cast<std::int64_t>(value)); };
    std::vector<std::vector<std::string>> rows = {{"class", "pictures", "train", "val", "test"}};
    const auto counts = index.countsByClass();
    for (std::size_t i = 0; i < index.classes.size(); ++i) {
        const auto& [train, validation, test] = counts[i];
        rows.push_back({escaped(index.classes[i]), number(train + validation + test), number(train), number(validation),
                        number(test)});
    }
    printTable(rows);
    printLine(number(index.samples.size()) + (index.grey ? " grey" : "") + " pictures in " +
              number(index.classes.size()) + " classes: " + number(index.count(Split::train)) + " to train, " +
              number(index.count(Split::validation)) + " to validate, " + number(index.count(Split::test)) +
              " to test" + (index.preSplit ? ", as the folder says." : "."));
}

}  // namespace lemnos
