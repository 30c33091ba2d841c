#include "model/train/run_control.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "model/files.h"
#include "model/json_fields.h"
#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 7> names{"pause",      "go_on",         "stop",  "stop_after_epoch",
                                                "checkpoint", "learning_rate", "epochs"};
constexpr const char* controlName = "control.jsonl";
constexpr std::uintmax_t mostAtOnce = 1 << 16;  // bytes; whoever writes more is no user

bool hasValue(RunCommand::Kind kind) {
    return kind == RunCommand::Kind::learningRate || kind == RunCommand::Kind::epochs;
}

std::uintmax_t sizeOf(const fs::path& file) {
    std::error_code code;
    const std::uintmax_t size = fs::file_size(file, code);
    return code ? 0 : size;
}

}  // namespace

std::string_view toString(RunCommand::Kind kind) {
    return names[static_cast<std::size_t>(kind)];
}

std::optional<RunCommand::Kind> commandFromString(std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<RunCommand::Kind>(found - names.begin());
}

Status checkCommand(const RunCommand& command) {
    if (command.kind == RunCommand::Kind::learningRate && !(command.value > 0 && command.value <= 1000))
        return Error{LEMNOS_TEXT("The learning rate must be above 0 and at most 1000."), "learning_rate"};
    if (command.kind == RunCommand::Kind::epochs &&
        !(command.value >= 1 && command.value <= 1'000'000 && command.value == std::floor(command.value)))
        return Error{LEMNOS_TEXT("The number of epochs must be a whole number from 1 to 1,000,000."), "epochs"};
    return {};
}

std::string toLine(const RunCommand& command) {
    json object{{"command", toString(command.kind)}};
    if (hasValue(command.kind)) object["value"] = command.value;
    return object.dump();
}

Result<RunCommand> commandFromLine(std::string_view line) {
    const json object = json::parse(line, nullptr, false);
    JsonFields fields(object, "The command");
    RunCommand command;
    const auto kind = commandFromString(fields.text("command"));
    if (!kind) fields.fail("command", "is not a known one");
    command.kind = kind.value_or(RunCommand::Kind::pause);
    if (hasValue(command.kind)) command.value = fields.real("value");
    TRY_OK(fields.status());
    TRY_OK(checkCommand(command));
    return command;
}

Status sendCommand(const fs::path& run, const RunCommand& command) {
    TRY_OK(checkCommand(command));
    const fs::path path = run / controlName;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "ab"), &std::fclose);
    // One write for the whole line, so that two who ask at the same time do not get into each other's.
    const std::string line = toLine(command) + "\n";
    if (file && std::fwrite(line.data(), 1, line.size(), file.get()) == line.size() && std::fflush(file.get()) == 0)
        return {};
    return phrasedError({LEMNOS_TEXT("The run can't be told: %1 can't be written. Check the folder's permissions."),
                         {Phrase::name(displayPath(path))}},
                        displayPath(path));
}

RunControl::RunControl(fs::path run) : m_file(std::move(run) / controlName), m_read(sizeOf(m_file)) {}

std::vector<RunCommand> RunControl::poll() {
    std::vector<RunCommand> commands;
    const std::uintmax_t size = sizeOf(m_file);
    if (size < m_read) m_read = size;  // somebody made it shorter
    if (size == m_read) return commands;
    std::string text(std::min(size - m_read, mostAtOnce), '\0');
    std::ifstream file(m_file, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(m_read));
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    // A line that is not whole yet is read the next time.
    const std::size_t whole = text.rfind('\n') == text.npos ? 0 : text.rfind('\n') + 1;
    m_read += whole == 0 && text.size() == mostAtOnce ? text.size() : whole;
    for (std::size_t at = 0; at < whole;) {
        const std::size_t end = text.find('\n', at);
        if (const auto command = commandFromLine(std::string_view(text).substr(at, end - at)))
            commands.push_back(*command);
        at = end + 1;
    }
    return commands;
}

}  // namespace lemnos
