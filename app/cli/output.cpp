// What commands print.
#include "app/cli/output.h"

#include <wchar.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace lemnos {

void finish(const Status& status) {
    if (status) return;
    printError(status.error().message);
    throw CLI::RuntimeError(1);
}

void printError(const std::string& message) {
    std::fprintf(stderr, "lemnos-cli: %s\n", message.c_str());
}

void printLine(const std::string& line) {
    std::fwrite((line + "\n").data(), 1, line.size() + 1, stdout);
    std::fflush(stdout);
}

std::string toLine(const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void printJson(const nlohmann::json& json) {
    printLine(toLine(json));
}

void printTable(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::int64_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columnsOf(row[i]));
    }
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const bool number = !row[i].empty() && row[i][0] >= '0' && row[i][0] <= '9' && i > 0;
            const std::string space(static_cast<std::size_t>(widths[i] - columnsOf(row[i])), ' ');
            line += (i ? "  " : "") + (number ? space + row[i] : row[i] + space);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        printLine(line);
    }
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

std::string withThousands(std::int64_t number) {
    std::string text = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t i = text.size(); i > first + 3;) text.insert(i -= 3, ",");
    return text;
}

std::string withDigits(double number, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, number);
    return text;
}

std::string percent(double share) {
    return withDigits(share * 100, 1) + " %";
}

std::string duration(double seconds) {
    if (!std::isfinite(seconds) || seconds < 0 || seconds > 1e9) return "-";
    if (seconds < 60) return withDigits(seconds, 1) + " s";
    const auto whole = static_cast<long long>(std::llround(seconds));
    char text[64];
    if (whole < 3600) {
        std::snprintf(text, sizeof text, "%lld:%02lld", whole / 60, whole % 60);
    } else {
        std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
    }
    return text;
}

std::string bytesText(std::int64_t bytes) {
    const auto size = static_cast<double>(bytes);
    if (size < 1e6) return withDigits(size / 1e3, 1) + " kB";
    return size < 1e9 ? withDigits(size / 1e6, 1) + " MB" : withDigits(size / 1e9, 1) + " GB";
}

std::int64_t columnsOf(const std::string& utf8) {
    std::int64_t columns = 0;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        char32_t point = lead & (0xff >> (length == 1 ? 1 : length + 1));
        for (std::size_t k = 1; k < length && i + k < utf8.size(); ++k) {
            point = point << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3f);
        }
        columns += std::max(0, wcwidth(static_cast<wchar_t>(point)));
        i += length;
    }
    return columns;
}

std::string padded(const std::string& text, std::int64_t columns) {
    return text + std::string(static_cast<std::size_t>(std::max<std::int64_t>(0, columns - columnsOf(text))), ' ');
}

}  // namespace lemnos
