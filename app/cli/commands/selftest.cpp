// lemnos-cli selftest: whether a device computes what it should.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "compute/reference/self_test.h"
#include "model/devices/device_facts.h"

namespace lemnos::commands {

namespace {

std::string scientific(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1e", number);
    return text;
}

std::string problemOf(const SelfTest& test) {
    if (!test.errors.empty()) return test.errors.front();
    if (test.failures.empty()) return {};
    const OpComparison& first = test.failures.front();
    return first.op + " (" + first.example + ") differs by " + scientific(first.difference) + " where " +
           scientific(first.tolerance) + " is allowed" +
           (test.failures.size() > 1 ? ", and " + std::to_string(test.failures.size() - 1) + " more." : ".");
}

nlohmann::json toJson(const DeviceInfo& device, const SelfTest& test) {
    nlohmann::json worst = nlohmann::json::array();
    for (const OpComparison& c : test.worst)
        worst.push_back(
            {{"op", c.op}, {"example", c.example}, {"difference", c.difference}, {"tolerance", c.tolerance}});
    return {{"id", device.id},           {"name", device.name},        {"driver", device.driver}, {"ok", test.ok()},
            {"examples", test.examples}, {"problem", problemOf(test)}, {"worst", worst}};
}

Status testDevice(const DeviceInfo& info, bool json, const Interruption& interruption, bool& allRight) {
    DeviceFacts facts = readFacts(info);
    TRY(const auto device, openDevice(info.id, {.tuning = facts.tuning.value_or(Tuning())}));
    const SelfTest test = runSelfTest(*device, {}, interruption.token());
    if (interruption.token().stop_requested()) return Error{"The self-test was stopped; nothing was kept of it."};
    facts.computesRight = test.ok();
    facts.problem = problemOf(test);
    TRY_OK(writeFacts(info, facts));
    allRight = allRight && test.ok();
    if (json) {
        printJson(toJson(info, test));
        return {};
    }
    printLine(info.id + "  " + info.name + ": " +
              (test.ok() ? "all " + withThousands(test.examples) + " examples are right" : problemOf(test)));
    std::vector<std::vector<std::string>> rows;
    for (const OpComparison& c : test.worst)
        rows.push_back(
            {"  " + c.op, scientific(c.difference), "of " + scientific(c.tolerance), c.example, c.ok() ? "" : "WRONG"});
    printTable(rows);
    return {};
}

Status run(const std::string& id, bool json) {
    const Interruption interruption;
    TRY(std::vector<DeviceInfo> devices, listDevices());
    if (!id.empty()) {
        std::erase_if(devices, [&](const DeviceInfo& d) { return d.id != id; });
        if (devices.empty())
            return Error{"There is no device '" + id + "' here; \"lemnos-cli devices\" lists those there are.", id};
    }
    bool allRight = true;
    for (const DeviceInfo& device : devices) TRY_OK(testDevice(device, json, interruption, allRight));
    if (!allRight) return Error{"Not every device computes right; those that don't will not be used."};
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("selftest", "Check that devices compute what they should");
    const auto json = std::make_shared<bool>(false);
    const auto id = std::make_shared<std::string>();
    command->add_option("--device", *id, "Device as \"lemnos-cli devices\" lists it [all]")->type_name("ID");
    addJsonFlag(*command, *json);
    command->footer(
        "Every operation is run on small examples and compared with its definition in double precision. The result is\n"
        "kept for this driver: a device that fails is not used.\n"
        "Examples:\n  lemnos-cli selftest\n  lemnos-cli selftest --device vulkan:0 --json");
    command->callback([id, json] { finish(run(*id, *json)); });
}

}  // namespace

extern const Command selftest{.order = 12, .add = add};

}  // namespace lemnos::commands
