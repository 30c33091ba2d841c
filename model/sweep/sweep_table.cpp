#include "model/sweep/sweep_table.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lemnos {

std::string_view toString(TrialRow::State state) {
    constexpr std::string_view names[] = {"waiting", "running", "done", "dropped", "failed"};
    return names[static_cast<std::size_t>(state)];
}

void SweepTable::apply(const SweepEvent& event) {
    using State = TrialRow::State;
    if (const auto* began = std::get_if<SweepStartedEvent>(&event)) {
        // A sweep that goes on says the same again, and what its trials reached stays; but nothing runs now, and those
        // of the latest rung that failed may have another try.
        if (m_rows.size() != began->trials.size()) m_rows.assign(began->trials.size(), {});
        std::size_t furthest = 0;
        for (const TrialRow& row : m_rows) furthest = std::max(furthest, row.results.size());
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            TrialRow& row = m_rows[i];
            row.trial = began->trials[i];
            const bool failed = row.state == State::failed && row.results.size() == furthest;
            if (failed) row.results.pop_back(), row.error.clear();
            if (failed || row.state == State::running) row.state = State::waiting;
        }
        m_rungs = began->rungs;
        m_folder = began->folder;
        m_bestBy = began->bestBy;
        return;
    }
    if (std::holds_alternative<SweepFinishedEvent>(event) || std::holds_alternative<SweepFailedEvent>(event)) {
        for (TrialRow& row : m_rows) {
            if (row.state == State::running) row.state = State::waiting;
        }
        return;
    }
    const std::int64_t number = std::visit(
        [](const auto& e) -> std::int64_t {
            if constexpr (requires { e.trial; }) return e.trial;
            return 0;
        },
        event);
    if (number < 1 || number > static_cast<std::int64_t>(m_rows.size())) return;
    TrialRow& row = m_rows[static_cast<std::size_t>(number - 1)];
    if (const auto* started = std::get_if<TrialStartedEvent>(&event)) {
        row.state = State::running;
        row.rung = started->rung;
        row.wantedEpochs = started->epochs;
        row.device = started->device;
    } else if (const auto* epoch = std::get_if<TrialEpochEvent>(&event)) {
        row.epochs = epoch->epoch;
        if (epoch->value && (!row.value || isBetter(m_bestBy, *epoch->value, *row.value))) row.value = epoch->value;
    } else if (const auto* ended = std::get_if<TrialEndedEvent>(&event)) {
        row.rung = ended->rung;
        row.state = ended->error.empty() ? State::done : State::failed;
        row.epochs = ended->epochs;
        row.value = ended->value;
        row.error = ended->error;
        const auto at = static_cast<std::size_t>(ended->rung);
        if (at >= m_rungs.size()) return;
        row.results.resize(at + 1);
        row.results[at] = ended->error.empty() ? ended->value : std::nullopt;
        dropLosers();
    }
}

std::optional<std::vector<std::size_t>> SweepTable::participants(std::size_t rung) const {
    std::vector<std::size_t> all(m_rows.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    for (std::size_t r = 0; r < rung; ++r) {
        std::vector<std::optional<double>> values(m_rows.size());
        for (const std::size_t i : all) {
            if (m_rows[i].results.size() <= r) return std::nullopt;
            values[i] = m_rows[i].results[r];
        }
        all = bestOf(values, static_cast<std::size_t>(m_rungs[r + 1].trials), m_bestBy);
    }
    return all;
}

/// Once a rung is complete, only its best go on.
void SweepTable::dropLosers() {
    for (std::size_t rung = 1; rung < m_rungs.size(); ++rung) {
        const auto goOn = participants(rung);
        if (!goOn) return;
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            const bool lost = m_rows[i].results.size() <= rung && !std::ranges::binary_search(*goOn, i);
            if (lost && m_rows[i].state == TrialRow::State::done) m_rows[i].state = TrialRow::State::dropped;
        }
    }
}

double SweepTable::progress() const {
    double done = 0, total = 0;
    std::int64_t before = 0;
    for (std::size_t rung = 0; rung < m_rungs.size(); ++rung) {
        const auto epochs = static_cast<double>(m_rungs[rung].epochs - before);
        total += epochs * static_cast<double>(m_rungs[rung].trials);
        for (const TrialRow& row : m_rows) {
            const bool over = row.results.size() > rung;
            const bool now = row.state == TrialRow::State::running && row.rung == static_cast<std::int64_t>(rung);
            const auto trained = static_cast<double>(row.epochs - before);
            done += over ? epochs : now ? std::clamp(trained, 0.0, epochs) : 0.0;
        }
        before = m_rungs[rung].epochs;
    }
    return total > 0 ? std::min(1.0, done / total) : 0;
}

std::optional<std::size_t> SweepTable::best() const {
    const std::vector<std::size_t> order = ranking();
    if (order.empty() || !m_rows[order.front()].value || m_rows[order.front()].state == TrialRow::State::failed)
        return {};
    return order.front();
}

std::vector<std::size_t> SweepTable::ranking() const {
    std::vector<std::size_t> order(m_rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [this](std::size_t a, std::size_t b) {
        const TrialRow &left = m_rows[a], &right = m_rows[b];
        const bool known = left.value && left.state != TrialRow::State::failed;
        const bool other = right.value && right.state != TrialRow::State::failed;
        if (known != other) return known;
        if (!known) return false;
        if (left.rung != right.rung) return left.rung > right.rung;
        return isBetter(m_bestBy, *left.value, *right.value);
    });
    return order;
}

}  // namespace lemnos
