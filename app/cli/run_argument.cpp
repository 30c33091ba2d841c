// The RUN argument and the --device option that several commands share.
#include "app/cli/run_argument.h"

#include <CLI/CLI.hpp>

#include "model/files.h"

namespace lemnos {

void addRunArgument(CLI::App& command, std::string& run) {
    command.add_option("RUN", run, "Folder of a run, or its name as \"lemnos-cli runs\" lists it")->required();
}

void addDeviceOption(CLI::App& command, std::string& device) {
    command.add_option("--device", device, "Device as \"lemnos-cli devices\" lists it [the run's own]")
        ->type_name("ID");
}

void addJsonFlag(CLI::App& command, bool& json) {
    command.add_flag("--json", json, "Print JSON for machines");
}

Result<std::filesystem::path> findRun(const std::string& run) {
    for (const std::filesystem::path& folder : {std::filesystem::path(run), runsFolder() / run}) {
        std::error_code error;
        if (!run.empty() && std::filesystem::is_regular_file(folder / "spec.json", error)) return folder;
    }
    return Error{"There is no run '" + displayPath(run) +
                     "', neither as a folder nor by name; \"lemnos-cli runs\" lists the runs there are.",
                 displayPath(run)};
}

}  // namespace lemnos
