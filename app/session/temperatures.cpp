// What the files mean: the kernel's Documentation/hwmon/sysfs-interface.rst, and coretemp.rst and k10temp.rst for
// processors.
#include "app/session/temperatures.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

namespace lemnos {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> processorChips = {"coretemp", "k10temp", "zenpower", "cpu_thermal"};

std::string lineOf(const fs::path& file) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return line;
}

std::optional<double> celsius(const fs::path& input) {
    std::ifstream stream(input);
    double thousandths = 0;
    if (!(stream >> thousandths) || thousandths <= 0) return std::nullopt;  // a part that sleeps may tell 0
    return thousandths / 1000;
}

/// The first sensor is the one that stands for the whole chip; but the first of some AMD processors is up to 27 degrees
/// above what is true, and then they have a second one.
std::optional<double> temperatureOf(const fs::path& chip) {
    if (lineOf(chip / "temp2_label") == "Tdie") return celsius(chip / "temp2_input");
    return celsius(chip / "temp1_input");
}

}  // namespace

Temperatures readTemperatures(const fs::path& hwmon) {
    Temperatures temperatures;
    std::error_code error;
    for (fs::directory_iterator chip(hwmon, error), end; !error && chip != end; chip.increment(error)) {
        const auto temperature = temperatureOf(chip->path());
        if (!temperature) continue;
        std::string place = "processor";
        if (std::ranges::find(processorChips, lineOf(chip->path() / "name")) == processorChips.end()) {
            std::error_code none;
            place = fs::canonical(chip->path() / "device", none).filename().string();
            if (none) continue;
        }
        // Two processors, or two chips of one card: the hotter one.
        double& hottest = temperatures[place];
        hottest = std::max(hottest, *temperature);
    }
    return temperatures;
}

}  // namespace lemnos
