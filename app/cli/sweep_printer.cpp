#include "app/cli/sweep_printer.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/cli/output.h"
#include "model/files.h"
#include "model/json_fields.h"
#include "model/sweep/sweep.h"

namespace lemnos {

namespace {

struct Size {
    std::size_t rows = 24, columns = 80;
};

Size terminalSize() {
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
    return {size.ws_row, size.ws_col};
}

std::string valueText(const std::optional<double>& value) {
    return value ? withDigits(*value, 4) : "-";
}

std::string valuesText(const Trial& trial) {
    std::string text;
    for (const auto& [key, value] : trial.values) text += (text.empty() ? "" : "  ") + key + " " + toString(value);
    return text;
}

nlohmann::json trialJson(const SweepTable& table, const TrialRow& row) {
    nlohmann::json json = {
        {"trial", row.trial.number},
        {"values", toJson(row.trial.values)},
        {"state", toString(row.state)},
        {"epochs", row.epochs},
        {"value", row.value ? nlohmann::json(*row.value) : nlohmann::json()},
        {"run", bytesToJson((std::filesystem::path(table.folder()) / trialName(row.trial.number)).string())}};
    if (!row.error.empty()) json["error"] = row.error;
    return json;
}

/// "val accuracy"
std::string headerOf(BestBy by) {
    return "val " + std::string(wordsOf(by));
}

}  // namespace

SweepPrinter::SweepPrinter(SweepOutput output) : m_output(output) {
    const char* terminal = std::getenv("TERM");
    m_terminal = isatty(STDOUT_FILENO) && terminal && std::string(terminal) != "dumb";
}

SweepSink SweepPrinter::sink() {
    return [this](const SweepEvent& event) { print(event); };
}

void SweepPrinter::print(const SweepEvent& event) {
    m_table.apply(event);
    if (m_output == SweepOutput::events) printLine(lemnos::toLine(event));
    if (m_output != SweepOutput::automatic) return;
    if (std::holds_alternative<SweepStartedEvent>(event)) {
        std::string rungs;
        for (const Rung& rung : m_table.rungs())
            rungs +=
                (rungs.empty() ? "" : ", then ") + std::to_string(rung.trials) + " x " + std::to_string(rung.epochs);
        printLine("Sweep: " + displayPath(m_table.folder()));
        printLine(withThousands(static_cast<std::int64_t>(m_table.rows().size())) +
                  " trials; trials x epochs: " + rungs + ".");
    }
    if (m_terminal) return redraw();
    if (const auto* ended = std::get_if<TrialEndedEvent>(&event)) {
        const TrialRow& row = m_table.rows()[static_cast<std::size_t>(ended->trial - 1)];
        const auto best = m_table.best();
        printLine("trial " + std::to_string(ended->trial) + "  " + valuesText(row.trial) + "  " +
                  (ended->error.empty() ? headerOf(m_table.bestBy()) + " " + valueText(ended->value) + "  " +
                                              std::to_string(ended->epochs) + " epochs"
                                        : "failed: " + ended->error) +
                  (best && m_table.rows()[*best].trial.number == ended->trial ? "  best" : ""));
    }
}

std::vector<std::vector<std::string>> SweepPrinter::rows(std::size_t most) const {
    std::vector<std::string> head = {"trial"};
    if (!m_table.rows().empty()) {
        for (const auto& [key, value] : m_table.rows().front().trial.values) head.push_back(key);
    }
    head.insert(head.end(), {"state", "epochs", headerOf(m_table.bestBy())});
    std::vector<std::vector<std::string>> lines = {head};
    std::vector<std::size_t> order = m_table.ranking();
    // Where not all fit, what runs matters most.
    if (order.size() > most)
        std::ranges::stable_partition(
            order, [this](std::size_t i) { return m_table.rows()[i].state == TrialRow::State::running; });
    order.resize(std::min(order.size(), most));
    for (const std::size_t i : order) {
        const TrialRow& row = m_table.rows()[i];
        std::vector<std::string> line = {std::to_string(row.trial.number)};
        for (const auto& [key, value] : row.trial.values) line.push_back(toString(value));
        line.emplace_back(toString(row.state));
        line.push_back(std::to_string(row.epochs));
        line.push_back(valueText(row.value));
        lines.push_back(std::move(line));
    }
    return lines;
}

void SweepPrinter::redraw() {
    const Size size = terminalSize();
    if (m_drawn > 0) std::fprintf(stdout, "\x1b[%zuA\r\x1b[J", m_drawn);
    // A line that wraps could not be drawn over.
    const auto lines = rows(std::max<std::size_t>(size.rows, 6) - 4);
    std::fputs("\x1b[?7l", stdout);
    printTable(lines);
    printLine(percent(m_table.progress()));
    std::fputs("\x1b[?7h", stdout);
    std::fflush(stdout);
    m_drawn = lines.size() + 1;
}

void SweepPrinter::end() {
    if (m_output != SweepOutput::automatic || m_table.rows().empty()) return;
    if (m_drawn > 0) std::fprintf(stdout, "\x1b[%zuA\r\x1b[J", m_drawn);
    m_drawn = 0;
    printTable(rows(m_table.rows().size()));
    const auto best = m_table.best();
    if (!best) return;
    const TrialRow& row = m_table.rows()[*best];
    printLine("Best: trial " + std::to_string(row.trial.number) + ", " + valuesText(row.trial) + ", validation " +
              std::string(wordsOf(m_table.bestBy())) + " " + valueText(row.value) + ".");
    printLine("Run: " + displayPath(std::filesystem::path(m_table.folder()) / trialName(row.trial.number)));
}

nlohmann::json sweepResult(const SweepTable& table) {
    nlohmann::json trials = nlohmann::json::array();
    for (const TrialRow& row : table.rows()) trials.push_back(trialJson(table, row));
    const auto best = table.best();
    return {{"sweep", bytesToJson(table.folder())},
            {"best", best ? trialJson(table, table.rows()[*best]) : nlohmann::json()},
            {"trials", trials}};
}

}  // namespace lemnos
