// RunPrinter: shows the events of a run to whoever reads: a person at a terminal, a log file, or a program.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "model/train/event.h"

namespace lemnos {

enum class RunOutput {
    automatic,  ///< one line rewritten on a terminal, plain lines otherwise
    events,     ///< every event as a JSON line, nothing else
    result,     ///< one JSON object at the end
    silent,
};

/// What --events and --json ask for.
RunOutput runOutput(bool events, bool json);

class RunPrinter {
  public:
    explicit RunPrinter(RunOutput output);

    /// From any thread.
    void print(const Event& event);
    EventSink sink();

    /// Ends the rewritten line, and with it what a person has seen so far. With RunOutput::events a run that failed
    /// before it could say so gets its FailedEvent; with RunOutput::result the object is printed.
    void end(const Status& status);

    /// Folder of the run, once it has started.
    const std::string& run() const { return m_run; }

  private:
    void show(const StartedEvent& event);
    void show(const PhaseEvent& event);
    void show(const ProgressEvent& event);
    void show(const EpochEvent& event);
    void show(const LogEvent& event);
    void show(const FinishedEvent& event);
    void show(const ControlEvent& e);
    void show(const PredictionsEvent&) {}  // pictures are for the window
    void show(const FailedEvent&) {}       // becomes the command's own error

    void rewrite(const std::string& line);  ///< on a terminal: replaces the line at the bottom
    void line(const std::string& text);     ///< a line that stays

    std::mutex m_mutex;
    RunOutput m_output;
    bool m_terminal = false;
    bool m_lineOpen = false;
    bool m_ended = false;  ///< the last event has been seen
    std::string m_phase;
    std::string m_run;
    std::int64_t m_epochs = 0;
    BestBy m_bestBy = BestBy::accuracy;
    StepTimes m_times;  ///< of all epochs seen
    std::optional<FinishedEvent> m_finished;
};

}  // namespace lemnos
