// What the files mean: proc(5).
#include "app/session/usage_meter.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace lemnos {

namespace {

/// Bytes behind "MemTotal:" and its like, which are told in kB.
std::int64_t memoryOf(const std::filesystem::path& meminfo, std::string_view key) {
    std::ifstream file(meminfo);
    std::string word;
    while (file >> word) {
        std::int64_t kilobytes = 0;
        if (word == key && file >> kilobytes) return kilobytes * 1024;
    }
    return 0;
}

}  // namespace

UsageMeter::UsageMeter(std::filesystem::path proc) : m_proc(std::move(proc)) {}

UsageMeter::Ticks UsageMeter::ticks(std::int64_t process) const {
    Ticks ticks;
    std::ifstream all(m_proc / "stat");
    std::string word;
    all >> word;                                     // "cpu": all of them together
    constexpr int idle = 3, waiting = 4, guest = 8;  // guests are counted in what comes before
    double value = 0;
    for (int i = 0; i < guest && all >> value; ++i) {
        ticks.all += value;
        if (i != idle && i != waiting) ticks.busy += value;
    }
    std::ifstream own(m_proc / std::to_string(process) / "stat");
    std::string line;
    std::getline(own, line);
    // The program's name is in brackets and may hold anything; what is behind it is numbers.
    const std::size_t name = line.rfind(')');
    if (name == std::string::npos) return ticks;
    std::istringstream fields(line.substr(name + 1));
    constexpr int userTime = 11, systemTime = 12;  // counted from 0, the process's state
    for (int i = 0; i <= systemTime && fields >> word; ++i) {
        if (i == userTime || i == systemTime) ticks.own += std::strtod(word.c_str(), nullptr);
    }
    return ticks;
}

Usage UsageMeter::look(std::int64_t process) {
    const Ticks now = ticks(process);
    Usage usage;
    if (const double all = now.all - m_last.all; process == m_process && all > 0) {
        usage.processor = std::clamp((now.busy - m_last.busy) / all, 0.0, 1.0);
        usage.ownProcessor = std::clamp((now.own - m_last.own) / all, 0.0, usage.processor);
    }
    m_process = process;
    m_last = now;
    std::ifstream statm(m_proc / std::to_string(process) / "statm");
    std::int64_t pages = 0, resident = 0;
    if (statm >> pages >> resident) usage.memoryBytes = resident * sysconf(_SC_PAGESIZE);
    usage.memoryTotal = memoryOf(m_proc / "meminfo", "MemTotal:");
    usage.memoryUsed = std::max<std::int64_t>(0, usage.memoryTotal - memoryOf(m_proc / "meminfo", "MemAvailable:"));
    return usage;
}

}  // namespace lemnos
