#include "model/lan/idleness.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <thread>

#include "model/files.h"
#include "model/param.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

constexpr double idleLoad = 0.3;  // of all processors together
constexpr std::chrono::seconds window{10}, shortest{2};

double secondsFromTicks(double ticks) {
    return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// What all processors have spent on programs, without interrupts: the network's are our own as a rule.
std::optional<double> workedSeconds(const fs::path& root) {
    const auto text = readFile(root / "proc/stat");
    if (!text) return std::nullopt;
    std::istringstream line(*text);
    std::string name;
    double user = 0, nice = 0, system = 0;
    if (!(line >> name >> user >> nice >> system) || name != "cpu") return std::nullopt;
    return secondsFromTicks(user + nice + system);
}

std::optional<double> workedSeconds(const fs::path& root, pid_t process) {
    const auto text = readFile(root / "proc" / std::to_string(process) / "stat");
    if (!text) return std::nullopt;
    // Fields 14 and 15; the second one is the name in parentheses, which may hold anything.
    std::istringstream rest(text->substr(std::min(text->size(), text->rfind(')') + 1)));
    std::string field;
    for (int i = 3; i < 14; ++i) rest >> field;
    double user = 0, system = 0;
    if (!(rest >> user >> system)) return std::nullopt;
    return secondsFromTicks(user + system);
}

std::string firstWord(const fs::path& file) {
    const auto text = readFile(file);
    return text ? text->substr(0, text->find('\n')) : std::string();
}

}  // namespace

std::optional<std::string> Idleness::use(std::span<const pid_t> helping, Clock::time_point now) {
    const bool work = othersWork(helping, now);  // always: it measures
    if (screenIsOn()) return LEMNOS_TEXT("The PC is in use: its screen is on. It helps only when it is idle.");
    if (somebodyTypes()) return LEMNOS_TEXT("The PC is in use: somebody types at it. It helps only when it is idle.");
    if (work) return LEMNOS_TEXT("The PC is in use: other programs keep it busy. It helps only when it is idle.");
    return std::nullopt;
}

/// Desktops switch it off when nobody has touched anything for some minutes.
bool Idleness::screenIsOn() const {
    std::error_code code;
    for (const auto& connector : fs::directory_iterator(m_root / "sys/class/drm", code))
        if (firstWord(connector.path() / "status") == "connected" && firstWord(connector.path() / "dpms") == "On")
            return true;
    return false;
}

/// A terminal is read from when a key is pressed; that is how `w` tells since when its user is idle.
bool Idleness::somebodyTypes() const {
    const auto since = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() - typing);
    const auto isRead = [&](const fs::directory_entry& terminal) {
        struct stat status {};
        return ::stat(terminal.path().c_str(), &status) == 0 && status.st_atim.tv_sec > since;
    };
    std::error_code code;
    for (const auto& terminal : fs::directory_iterator(m_root / "dev/pts", code))
        if (terminal.path().filename() != "ptmx" && isRead(terminal)) return true;
    for (const auto& terminal : fs::directory_iterator(m_root / "dev", code)) {
        const std::string name = terminal.path().filename();
        if (name.starts_with("tty") && name.size() > 3 && name[3] >= '1' && name[3] <= '9' && isRead(terminal))
            return true;
    }
    return false;
}

bool Idleness::othersWork(std::span<const pid_t> helping, Clock::time_point now) {
    const auto all = workedSeconds(m_root);
    if (!all) return false;
    std::map<pid_t, double> seen;
    for (const pid_t process : helping) {
        const auto worked = workedSeconds(m_root, process);
        if (!worked) continue;
        const auto before = m_helping.find(process);
        m_helped += *worked - (before == m_helping.end() ? 0 : before->second);
        seen[process] = *worked;
    }
    m_helping = std::move(seen);
    m_samples.push_back({now, *all - m_helped});
    while (m_samples.size() > 2 && m_samples[1].time + window <= now) m_samples.pop_front();
    const Sample& first = m_samples.front();
    const double passed = std::chrono::duration<double>(now - first.time).count();
    if (now - first.time < shortest) return false;
    const unsigned processors = std::max(1u, std::thread::hardware_concurrency());
    return m_samples.back().seconds - first.seconds > idleLoad * passed * processors;
}

}  // namespace lemnos
