// DeviceList: calling and parsing.
#include "app/session/device_list.h"

#include <nlohmann/json.hpp>

namespace lemnos {

namespace {

using nlohmann::json;

std::string textOf(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
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

void DeviceList::refresh() {
    m_call.start({QStringLiteral("devices"), QStringLiteral("--json")});
}

}  // namespace lemnos
