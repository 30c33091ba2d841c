#include "compute/cpu/cpu_device.h"

#include <omp.h>
#include <oneapi/dnnl/dnnl.h>
#include <unistd.h>

#include <fstream>

#include "compute/cpu/cpu_op.h"

namespace lemnos {
namespace {

std::string processorName() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const auto colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
    }
    return "Processor";
}

}  // namespace

DeviceInfo cpuDeviceInfo() {
    const dnnl_version_t& version = *dnnl_version();
    DeviceInfo info;
    info.id = cpuDeviceId;
    info.place = "processor";
    info.name = processorName();
    info.driver = "oneDNN " + std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
                  std::to_string(version.patch) + ", " + std::to_string(omp_get_max_threads()) + " threads";
    info.kind = DeviceKind::processor;
    info.memoryBytes = std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGE_SIZE);
    return info;
}

std::unique_ptr<Device> openCpuDevice(const DeviceOptions& options) {
    return std::make_unique<HostDevice>(cpuDeviceInfo(), cpuOps(), options);
}

}  // namespace lemnos
