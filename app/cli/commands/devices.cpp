// lemnos-cli devices: what this PC can train on.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "compute/device.h"
#include "model/devices/device_facts.h"

namespace lemnos::commands {

namespace {

std::string selfTestText(const DeviceFacts& facts) {
    return !facts.computesRight ? "not run" : *facts.computesRight ? "passed" : "failed";
}

std::string abilities(const DeviceInfo& device) {
    return std::string(device.float16 ? "fp16" : "fp32 only") +
           (device.cooperativeMatrix ? ", cooperative matrix" : "");
}

Status run(bool json) {
    TRY(const std::vector<DeviceInfo> devices, listDevices());
    std::vector<DeviceFacts> facts;
    for (const DeviceInfo& device : devices) {
        // A device whose speed can't be measured is listed all the same, without it.
        const auto measured = measuredFacts(device);
        facts.push_back(measured ? *measured : readFacts(device));
    }
    if (json) {
        nlohmann::json list = nlohmann::json::array();
        for (std::size_t i = 0; i < devices.size(); ++i) {
            const DeviceInfo& device = devices[i];
            nlohmann::json item = {{"id", device.id},
                                   {"name", device.name},
                                   {"driver", device.driver},
                                   {"kind", toString(device.kind)},
                                   {"memory_bytes", device.memoryBytes},
                                   {"fp16", device.float16},
                                   {"cooperative_matrix", device.cooperativeMatrix},
                                   {"selftest", selfTestText(facts[i])}};
            if (facts[i].speed) {
                item["gflops"] = 2e-9 * facts[i].speed->multiplyAdds;
                item["gbytes_per_s"] = 1e-9 * facts[i].speed->bytes;
            }
            list.push_back(std::move(item));
        }
        printJson(list);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        const DeviceInfo& device = devices[i];
        const auto& speed = facts[i].speed;
        rows.push_back({device.id, device.name, toString(device.kind), bytesText(device.memoryBytes),
                        speed ? withDigits(2e-9 * speed->multiplyAdds, 0) + " GFLOP/s" : "",
                        speed ? withDigits(1e-9 * speed->bytes, 1) + " GB/s" : "", abilities(device),
                        "self-test " + selfTestText(facts[i]), device.driver});
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
