#include "model/devices/device_facts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/files.h"

namespace lemnos {
namespace {

using nlohmann::json;

constexpr int factsVersion = 3;

/// FNV-1a, so that any driver's name makes a file name.
std::string hashOf(const std::string& text) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    char name[17];
    std::snprintf(name, sizeof name, "%016llx", static_cast<unsigned long long>(hash));
    return name;
}

std::filesystem::path fileOf(const DeviceInfo& device) {
    return cacheFolder() / "devices" / (hashOf(device.name + "\n" + device.driver + "\n" + device.uuid) + ".json");
}

double positive(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? std::max(found->get<double>(), 0.0) : 0.0;
}

/// Seconds of an imagined training step, half of it products and half of it memory traffic on usual hardware.
double imaginedSeconds(const DeviceSpeed& speed) {
    return 1e10 / std::max(speed.multiplyAdds, 1.0) + 1e9 / std::max(speed.bytes, 1.0);
}

}  // namespace

DeviceFacts readFacts(const DeviceInfo& device) {
    DeviceFacts facts;
    const auto text = readFile(fileOf(device));
    const json object = text ? json::parse(*text, nullptr, false) : json();
    // Whatever else lies there is found out again.
    if (!object.is_object() || object.value("version", json()) != factsVersion) return facts;
    const double multiplyAdds = positive(object, "multiply_adds_per_s"), bytes = positive(object, "bytes_per_s");
    if (multiplyAdds > 0 && bytes > 0) facts.speed = {multiplyAdds, bytes};
    if (const auto tuning = object.find("tuning");
        tuning != object.end() && tuning->is_array() && std::ranges::all_of(*tuning, &json::is_number_unsigned))
        facts.tuning = tuning->get<Tuning>();
    if (const auto right = object.find("computes_right"); right != object.end() && right->is_boolean())
        facts.computesRight = right->get<bool>();
    if (const auto problem = object.find("problem"); problem != object.end() && problem->is_string())
        facts.problem = problem->get<std::string>();
    return facts;
}

Status writeFacts(const DeviceInfo& device, const DeviceFacts& facts) {
    json object = {{"version", factsVersion}, {"name", device.name}, {"driver", device.driver}};
    if (facts.speed) {
        object["multiply_adds_per_s"] = facts.speed->multiplyAdds;
        object["bytes_per_s"] = facts.speed->bytes;
    }
    if (facts.tuning) object["tuning"] = *facts.tuning;
    if (facts.computesRight) object["computes_right"] = *facts.computesRight;
    if (!facts.problem.empty()) object["problem"] = facts.problem;
    std::error_code error;
    std::filesystem::create_directories(fileOf(device).parent_path(), error);
    return writeAtomically(fileOf(device), object.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

Result<DeviceFacts> measuredFacts(const DeviceInfo& device) {
    DeviceFacts facts = readFacts(device);
    if (facts.speed) return facts;
    TRY(const auto opened, openDevice(device.id));
    TRY(facts.speed, measureSpeed(*opened));
    // Without a place to keep it, it is measured again next time.
    (void)writeFacts(device, facts);
    return facts;
}

Result<DeviceInfo> fastestDevice() {
    TRY(std::vector<DeviceInfo> devices, listDevices());
    std::erase_if(devices, [](const DeviceInfo& d) { return readFacts(d).computesRight == false; });
    if (devices.empty())
        return Error{
            "No device of this computer computes right; \"lemnos-cli selftest\" says what is wrong with each."};
    const bool onlySoftware =
        std::ranges::all_of(devices, [](const DeviceInfo& d) { return d.kind == DeviceKind::softwareGpu; });
    if (!onlySoftware) std::erase_if(devices, [](const DeviceInfo& d) { return d.kind == DeviceKind::softwareGpu; });
    if (devices.size() == 1) return devices.front();
    const DeviceInfo* best = nullptr;
    double least = 0;
    for (const DeviceInfo& device : devices) {
        const auto facts = measuredFacts(device);
        if (!facts) continue;
        const double seconds = imaginedSeconds(*facts->speed);
        if (best && seconds >= least) continue;
        best = &device;
        least = seconds;
    }
    return best ? *best : devices.front();
}

namespace {

/// Opens it with the tuning that is known, or that is measured now.
Result<std::unique_ptr<Device>> openTuned(const DeviceInfo& device, DeviceOptions options) {
    DeviceFacts facts = readFacts(device);
    if (facts.computesRight == false)
        return Error{"'" + device.name + "' is not used, because it computes wrong: " + facts.problem +
                         " Update its driver and run \"lemnos-cli selftest --device " + device.id +
                         "\", or choose another device.",
                     device.id};
    // Without a result the device works by its start table; without a place to keep it, it is measured again next time.
    if (!facts.tuning) {
        if (const auto measured = measureTuning(device.id)) {
            facts.tuning = *measured;
            (void)writeFacts(device, facts);
        }
    }
    options.tuning = facts.tuning.value_or(Tuning());
    return openDevice(device.id, options);
}

}  // namespace

Result<std::unique_ptr<Device>> openForTraining(const std::string& id, const DeviceOptions& options) {
    if (id.empty() || id == "auto") {
        TRY(const DeviceInfo device, fastestDevice());
        return openTuned(device, options);
    }
    const auto found = findDevice(id);
    // There are devices that only tests know; otherwise it says which there are.
    return found ? openTuned(*found, options) : openDevice(id, options);
}

}  // namespace lemnos
