// lemnos-cli devices: what this PC can train on.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "compute/device.h"

namespace lemnos::commands {

namespace {

Status run(bool json) {
    TRY(const std::vector<DeviceInfo> devices, listDevices());
    if (json) {
        nlohmann::json list = nlohmann::json::array();
        for (const DeviceInfo& device : devices) {
            list.push_back({{"id", device.id},
                            {"name", device.name},
                            {"driver", device.driver},
                            {"kind", toString(device.kind)},
                            {"memory_bytes", device.memoryBytes}});
        }
        printJson(list);
        return {};
    }
    if (devices.empty()) {
        return Error{
            "No Vulkan device was found; install the driver of the graphics card, or mesa-vulkan-drivers for software.",
            {}};
    }
    std::vector<std::vector<std::string>> rows;
    for (const DeviceInfo& device : devices) {
        rows.push_back({device.id, device.name, toString(device.kind), bytesText(device.memoryBytes), device.driver});
    }
    printTable(rows);
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("devices", "List what this PC can train on, fastest kind first");
    const auto json = std::make_shared<bool>(false);
    addJsonFlag(*command, *json);
    command->footer("Examples:\n  lemnos-cli devices\n  lemnos-cli devices --json");
    command->callback([json] { finish(run(*json)); });
}

}  // namespace

extern const Command devices{.order = 10, .add = add};

}  // namespace lemnos::commands
