// SweepPrinter: shows where a sweep is: a table that a terminal keeps up to date, lines for a log file, or events.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "model/sweep/sweep_table.h"

namespace lemnos {

enum class SweepOutput {
    automatic,  ///< a live table on a terminal, a line per trial otherwise, and the whole table at the end
    events,     ///< every event as a JSON line, nothing else
    silent,
};

class SweepPrinter {
  public:
    explicit SweepPrinter(SweepOutput output);

    SweepSink sink();
    /// The whole table, best first.
    void end();

    const SweepTable& table() const { return m_table; }

  private:
    void print(const SweepEvent& event);
    void redraw();
    std::vector<std::vector<std::string>> rows(std::size_t most) const;

    SweepTable m_table;
    SweepOutput m_output;
    bool m_terminal = false;
    std::size_t m_drawn = 0;  ///< lines of the table on the terminal
};

/// {"sweep":folder,"best":{...},"trials":[...]}, trials by number.
nlohmann::json sweepResult(const SweepTable& table);

}  // namespace lemnos
