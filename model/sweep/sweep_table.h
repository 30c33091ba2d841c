// SweepTable: where a sweep is: what follows from its events. Terminal, window and the sweep itself share it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/sweep/sweep_event.h"

namespace lemnos {

struct TrialRow {
    enum class State : std::uint8_t {
        waiting,
        running,
        done,     ///< of its latest rung
        dropped,  ///< others of its rung were better
        failed,
    };
    Trial trial;
    State state = State::waiting;
    std::int64_t rung = 0, epochs = 0, wantedEpochs = 0;
    std::optional<double> value;                 ///< best so far of what the sweep goes by
    std::vector<std::optional<double>> results;  ///< of each rung that it has been through; nothing where it failed
    std::string device, error;
};

std::string_view toString(TrialRow::State state);

class SweepTable {
  public:
    /// Events of trials that are not there change nothing.
    void apply(const SweepEvent& event);

    const std::vector<TrialRow>& rows() const { return m_rows; }
    const std::vector<Rung>& rungs() const { return m_rungs; }
    const std::string& folder() const { return m_folder; }
    BestBy bestBy() const { return m_bestBy; }
    /// Indices of the rows that take part in a rung; nothing while the one before is not complete.
    std::optional<std::vector<std::size_t>> participants(std::size_t rung) const;
    /// Index of the best row; those that got further are before those that did not.
    std::optional<std::size_t> best() const;
    /// Indices of all rows, the best first, those without a value last.
    std::vector<std::size_t> ranking() const;
    /// How much is done, of all epochs of all rungs: 0 to 1.
    double progress() const;

  private:
    void dropLosers();

    std::vector<TrialRow> m_rows;
    std::vector<Rung> m_rungs;
    std::string m_folder;
    BestBy m_bestBy = BestBy::accuracy;
};

}  // namespace lemnos
