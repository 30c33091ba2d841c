#include "app/cli/fresh_process.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "app/cli/interruption.h"

namespace lemnos {

Status becomeFreshProcess(const std::vector<std::string>& arguments) {
    std::fflush(nullptr);
    std::error_code error;
    const std::string program = std::filesystem::read_symlink("/proc/self/exe", error).string();
    std::vector<char*> argv = {const_cast<char*>("lemnos-cli")};
    if (stopsWhenInputEnds()) argv.push_back(const_cast<char*>(untilInputEnds));
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    if (!error) execv(program.c_str(), argv.data());
    return Error{"A fresh process could not be started: " + std::string(std::strerror(errno)) + "."};
}

Status resumedWhereDeviceWasLost(const Status& status, const std::string& folder, bool events, bool json) {
    if (status || status.error().kind != Error::Kind::deviceLost) return status;
    std::vector<std::string> arguments = {"resume", folder, "--after-loss"};
    if (events) arguments.emplace_back("--events");
    if (json) arguments.emplace_back("--json");
    return becomeFreshProcess(arguments);
}

}  // namespace lemnos
