#include "model/sweep/sweep.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "model/files.h"
#include "model/pause.h"
#include "model/phrased_error.h"
#include "model/text.h"
#include "model/train/run_lock.h"
#include "model/train/run_store.h"
#include "model/train/run_summary.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view journalName = "journal.jsonl";

std::string textOf(const nlohmann::json& json) {
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

/// Best value of the figure over the epochs of a run.
std::optional<double> bestValueOf(const RunSummary& run, BestBy by) {
    const std::vector<double>& curve = by == BestBy::loss      ? run.curves.validationLoss
                                       : by == BestBy::macroF1 ? run.curves.validationMacroF1
                                                               : run.curves.validationAccuracy;
    std::optional<double> best;
    for (const double value : curve) {
        if (std::isfinite(value) && (!best || isBetter(by, value, *best))) best = value;
    }
    return best;
}

Result<std::vector<SweepEvent>> readJournal(const fs::path& folder) {
    std::vector<SweepEvent> events;
    std::error_code error;
    if (!fs::exists(folder / journalName, error)) return events;
    TRY(const std::string text, readFile(folder / journalName));
    for (const std::string_view line : parted(text, '\n')) {
        if (auto event = sweepEventFromLine(line)) events.push_back(*std::move(event));
    }
    return events;
}

/// One sweep that goes on: its table, its journal, and who listens.
class RunningSweep {
  public:
    RunningSweep(fs::path folder, SweepSpec spec, SweepTable table, const TrialRunner& runTrial, const SweepSink& sink,
                 std::stop_token stop)
        : m_folder(std::move(folder)),
          m_spec(std::move(spec)),
          m_table(std::move(table)),
          m_runTrial(runTrial),
          m_sink(sink),
          m_stop(std::move(stop)) {}

    Result<SweepTable> run() {
        TRY(const std::vector<Trial> trials, trialsOf(m_spec));
        const std::vector<Rung> rungs = rungsOf(m_spec, static_cast<std::int64_t>(trials.size()));
        tell(SweepStartedEvent{m_folder.string(), trials, rungs, bestByOf(m_spec.base)});
        for (std::size_t rung = 0; rung < rungs.size() && !m_stop.stop_requested() && m_journal; ++rung) runRung(rung);
        if (m_journal && !m_stop.stop_requested() && !m_table.best()) {
            const auto failed =
                std::ranges::find_if(m_table.rows(), [](const auto& row) { return !row.error.empty(); });
            m_journal = failed == m_table.rows().end()
                            ? Error{LEMNOS_TEXT(
                                  "No trial has a figure to compare, for there are no pictures to validate with; raise "
                                  "validation_share.")}
                            : phrasedError({LEMNOS_TEXT("No trial came to an end. The first one failed: %1"),
                                            {phraseOf(failed->error)}});
        }
        if (!m_journal) {
            tell(SweepFailedEvent{m_journal.error().message});
            return m_journal.error();
        }
        tell(SweepFinishedEvent{m_stop.stop_requested() ? "stopped" : "completed"});
        TRY_OK(m_journal);
        return std::move(m_table);
    }

  private:
    /// A thread per device takes what is left of the rung, in order.
    void runRung(std::size_t rung) {
        std::deque<std::size_t> left;
        for (const std::size_t row : m_table.participants(rung).value_or(std::vector<std::size_t>())) {
            if (m_table.rows()[row].results.size() <= rung) left.push_back(row);
        }
        std::vector<std::string> devices = m_spec.devices;
        if (devices.empty()) devices.emplace_back();
        std::mutex mutex;
        std::vector<std::jthread> threads;
        for (const std::string& device : devices) {
            threads.emplace_back([this, rung, device, &left, &mutex] {
                for (;;) {
                    std::unique_lock lock(mutex);
                    if (left.empty() || m_stop.stop_requested()) return;
                    const std::size_t row = left.front();
                    left.pop_front();
                    lock.unlock();
                    runTrialOf(row, rung, device);
                }
            });
        }
    }

    void runTrialOf(std::size_t row, std::size_t rung, const std::string& device) {
        const Trial trial = m_table.rows()[row].trial;  // set before there were threads, and never changed
        const std::int64_t epochs = trialEpochs(trial, rung);
        tell(TrialStartedEvent{trial.number, static_cast<std::int64_t>(rung), epochs,
                               device.empty() ? m_spec.base.device : device});
        TrialEndedEvent ended{.trial = trial.number, .rung = static_cast<std::int64_t>(rung), .error = {}};
        const Status status = train(trial, epochs, device);
        if (m_stop.stop_requested()) return;  // it goes on another time
        const fs::path run = m_folder / trialName(trial.number);
        if (const auto summary = summaryOf(run)) {
            ended.epochs = summary->epochs;
            ended.value = bestValueOf(*summary, m_table.bestBy());
        }
        if (!status) ended.error = status.error().message;
        tell(std::move(ended));
    }

    /// A trial may have a number of epochs of its own.
    std::int64_t trialEpochs(const Trial& trial, std::size_t rung) const {
        const auto own = trial.values.find("epochs");
        return own != trial.values.end() ? std::get<std::int64_t>(own->second) : m_table.rungs()[rung].epochs;
    }

    Status train(const Trial& trial, std::int64_t epochs, const std::string& device) {
        TrialOrder order{
            .run = m_folder / trialName(trial.number), .spec = {}, .log = {}, .epochs = epochs, .device = device};
        order.spec = order.log = order.run;
        order.spec += ".json";
        order.log += ".log";
        waitForHolder(order.run);
        const std::optional<RunSummary> before = summaryOf(order.run);
        if (before && before->state != "unfinished" && before->state != "stopped" && before->state != "failed" &&
            (before->epochs >= epochs || before->state == "patience"))
            return {};  // it was complete when the sweep was killed, or has no patience for more
        TRY(RunSpec spec, specOfTrial(m_spec, trial));
        spec.settings["epochs"] = epochs;
        spec.run = order.run;
        TRY_OK(writeAtomically(order.spec, textOf(toJson(spec))));
        std::error_code error;
        order.resume = before && fs::exists(order.run / "events.jsonl", error);
        // What was begun and has no event yet can't be gone on with.
        if (!order.resume) fs::remove_all(order.run, error);

        std::optional<std::string> failure;
        std::mutex mutex;  // events of a run may come from any thread
        const EventSink sink = [&](const Event& event) {
            const std::lock_guard lock(mutex);
            if (const auto* failed = std::get_if<FailedEvent>(&event.what)) failure = failed->message;
            if (const auto* epoch = std::get_if<EpochEvent>(&event.what)) tellEpoch(trial, *epoch);
        };
        TRY_OK(m_runTrial(order, sink, m_stop));
        if (failure) return Error{*failure};
        return {};
    }

    void tellEpoch(const Trial& trial, const EpochEvent& epoch) {
        TrialEpochEvent event{trial.number, epoch.epoch, {}};
        const Metrics& metrics = epoch.validation;
        if (metrics.count > 0) event.value = valueOf(m_table.bestBy(), metrics);
        tell(event);
    }

    /// A trial of a sweep that was killed is told to end, and may need a moment to save what it has. It is nobody's
    /// child any more, and its lock can be waited for, but not with a time limit: so it is looked at now and then.
    void waitForHolder(const fs::path& run) const {
        constexpr std::chrono::milliseconds interval{100};
        constexpr std::chrono::minutes patience{1};
        const auto until = std::chrono::steady_clock::now() + patience;
        while (holderOf(run) && !m_stop.stop_requested() && std::chrono::steady_clock::now() < until)
            pauseFor(interval, m_stop);
    }

    void tell(const SweepEvent& event) {
        const std::lock_guard lock(m_telling);
        m_table.apply(event);
        if (!std::holds_alternative<TrialEpochEvent>(event)) write(event);
        m_sink(event);
    }

    void write(const SweepEvent& event) {
        if (!m_journal) return;
        const fs::path path = m_folder / journalName;
        if (!m_file) m_file.reset(std::fopen(path.c_str(), "ab"));
        // A line that a power cut left unfinished must not swallow the next one.
        const std::string line = (std::exchange(m_first, false) ? "\n" : "") + toLine(event) + "\n";
        if (m_file && std::fwrite(line.data(), 1, line.size(), m_file.get()) == line.size() &&
            std::fflush(m_file.get()) == 0)
            return;
        m_journal = Error{"The sweep can't write to " + displayPath(path) + " (" + std::strerror(errno) + ")."};
    }

    const fs::path m_folder;
    const SweepSpec m_spec;
    SweepTable m_table;
    const TrialRunner& m_runTrial;
    const SweepSink& m_sink;
    const std::stop_token m_stop;
    std::mutex m_telling;
    Status m_journal;
    bool m_first = true;
    struct FileCloser {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::unique_ptr<std::FILE, FileCloser> m_file;
};

}  // namespace

std::string trialName(std::int64_t number) {
    const std::string digits = std::to_string(number);
    return "trial-" + std::string(3 - std::min<std::size_t>(3, digits.size()), '0') + digits;
}

Result<fs::path> createSweep(const SweepSpec& spec, const fs::path& wanted) {
    TRY_OK(checkSweep(spec));
    SweepSpec whole = spec;
    std::error_code error;
    // Trials may be started from anywhere.
    const fs::path data = fs::absolute(spec.base.data.path, error);
    if (!error) whole.base.data.path = data;
    whole.base.run.clear();
    fs::path folder = wanted;
    if (folder.empty()) {
        TRY(folder, makeFreshFolder("sweep"));
    } else {
        folder = fs::absolute(wanted, error);
        if (!error) fs::create_directories(folder, error);
        if (error || !fs::is_empty(folder, error))
            return Error{"The folder " + displayPath(wanted) + " can't be used (" +
                         (error ? error.message() : std::string("it already holds something")) +
                         "); choose a new one, or go on with the sweep in it with --resume."};
    }
    TRY_OK(writeAtomically(folder / sweepFileName, textOf(toJson(whole))));
    return folder;
}

Result<SweepTable> readSweep(const fs::path& folder) {
    SweepTable table;
    TRY(const std::vector<SweepEvent> journal, readJournal(folder));
    for (const SweepEvent& event : journal) table.apply(event);
    return table;
}

Result<SweepTable> runSweep(const fs::path& wanted, const TrialRunner& runTrial, const SweepSink& sink,
                            std::stop_token stop) {
    std::error_code error;
    const fs::path folder = fs::absolute(wanted, error);
    if (!fs::is_regular_file(folder / sweepFileName, error))
        return Error{displayPath(wanted) + " is not the folder of a sweep: it has no " + std::string(sweepFileName) +
                     "."};
    TRY_OK(holdRun(folder));
    TRY(SweepSpec spec, readSweepSpec(folder / sweepFileName));
    TRY_OK(checkSweep(spec));
    TRY(const std::vector<SweepEvent> journal, readJournal(folder));
    SweepTable table;
    for (const SweepEvent& event : journal) {
        table.apply(event);
        // Whoever listens sees how far it came, but not how it ended then.
        if (!std::holds_alternative<SweepFinishedEvent>(event) && !std::holds_alternative<SweepFailedEvent>(event))
            sink(event);
    }
    return RunningSweep(folder, std::move(spec), std::move(table), runTrial, sink, std::move(stop)).run();
}

}  // namespace lemnos
