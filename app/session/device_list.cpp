// DeviceList: calling and parsing.
#include "app/session/device_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/train/run_spec.h"

namespace lemnos {

namespace {

using nlohmann::json;

std::string textOf(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

double numberOf(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

}  // namespace

Result<std::vector<DeviceChoice>> parseDevices(const QByteArray& output) {
    const json parsed = json::parse(output.begin(), output.end(), nullptr, false);
    const json* list = &parsed;
    if (parsed.is_object() && parsed.contains("devices")) list = &parsed["devices"];
    if (!list->is_array()) return Error{"The list of devices could not be read.", {}};
    std::vector<DeviceChoice> devices;
    for (const json& item : *list) {
        if (!item.is_object() || textOf(item, "id").empty()) continue;
        DeviceChoice device{.id = textOf(item, "id"), .name = textOf(item, "name"), .kind = textOf(item, "kind")};
        if (const auto memory = item.find("memory_bytes"); memory != item.end() && memory->is_number_integer()) {
            device.memoryBytes = memory->get<std::int64_t>();
        }
        const double gflops = numberOf(item, "gflops"), gbytes = numberOf(item, "gbytes_per_s");
        if (gflops > 0 && gbytes > 0) device.speed = DeviceSpeed{gflops * 1e9 / 2, gbytes * 1e9};
        devices.push_back(std::move(device));
    }
    return devices;
}

DeviceList::DeviceList(QObject* parent) : QObject(parent) {
    connect(&m_call, &CliCall::done, this, [this](const QByteArray& output) {
        Result<std::vector<DeviceChoice>> devices = parseDevices(output);
        m_known = true;
        m_problem = devices ? QString() : QString::fromStdString(devices.error().message);
        m_devices = devices ? *std::move(devices) : std::vector<DeviceChoice>();
        if (m_devices.empty() && m_problem.isEmpty()) {
            m_problem =
                tr("No device was found that can train. Install a Vulkan driver: on Debian, the package "
                   "mesa-vulkan-drivers.");
        }
        emit changed();
    });
    connect(&m_call, &CliCall::failed, this, [this](const QString& sentence) {
        m_known = true;
        m_problem = sentence;
        m_devices.clear();
        emit changed();
    });
}

std::vector<const DeviceChoice*> DeviceList::chosen(const std::string& device) const {
    std::vector<const DeviceChoice*> chosen;
    for (const std::string& id : devicesOf(device)) {
        const auto found = std::ranges::find(m_devices, id, &DeviceChoice::id);
        if (found != m_devices.end()) chosen.push_back(&*found);
    }
    if (chosen.empty() && !m_devices.empty()) chosen.push_back(&m_devices.front());
    return chosen;
}

void DeviceList::refresh() {
    m_call.start({QStringLiteral("devices"), QStringLiteral("--json")});
}

}  // namespace lemnos
