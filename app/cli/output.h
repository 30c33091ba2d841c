// What commands print: JSON for machines, numbers for people, and failures as one sentence.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "compute/result.h"

namespace lemnos {

/// Ends a command: a failure becomes "lemnos-cli: ..." on standard error and exit code 1.
void finish(const Status& status);

/// "lemnos-cli: ..." on standard error.
void printError(const std::string& message);

/// One line of text. Nobody listening (a closed pipe) is no reason to stop.
void printLine(const std::string& line);

/// One line of JSON. Names that are not UTF-8 get the replacement character.
void printJson(const nlohmann::json& json);

std::string toLine(const nlohmann::json& json);

/// Columns as wide as their widest cell; numbers, which begin with a digit, are right-aligned.
void printTable(const std::vector<std::vector<std::string>>& rows);

std::string joined(const std::vector<std::string>& texts);  ///< "a, b, c"
std::string withThousands(std::int64_t number);             ///< "12,345"
std::string withDigits(double number, int digits);          ///< "0.984"
std::string percent(double share);                          ///< "98.4 %"
std::string duration(double seconds);                       ///< "4.2 s", "1:23", "2:03:07"
std::string bytesText(std::int64_t bytes);                  ///< "3.1 GB"
std::int64_t columnsOf(const std::string& utf8);            ///< terminal columns that a text takes
std::string padded(const std::string& text, std::int64_t columns);

}  // namespace lemnos
