// RunControl: what a user asks of a run while it trains. Lines of JSON, appended to control.jsonl in the run's folder
// by whoever asks (window or command line), and read by the run between two steps.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compute/result.h"

namespace lemnos {

struct RunCommand {
    enum class Kind : std::uint8_t {
        pause,           ///< wait, with a checkpoint, until there is another word
        goOn,            ///< after a pause
        stop,            ///< end after the step at hand, with a checkpoint
        stopAfterEpoch,  ///< end when the epoch at hand is complete
        checkpoint,      ///< save one now
        learningRate,    ///< from now on: the peak, where a schedule makes something of it
        epochs,          ///< the run has this many epochs in all
    };
    Kind kind = Kind::pause;
    double value = 0;  ///< of learningRate and epochs

    bool operator==(const RunCommand&) const = default;
};

/// "pause", "go_on", "stop", "stop_after_epoch", "checkpoint", "learning_rate", "epochs".
std::string_view toString(RunCommand::Kind kind);
std::optional<RunCommand::Kind> commandFromString(std::string_view name);
/// A rate must be above 0 and at most 1000, and a number of epochs whole, from 1 to 1,000,000.
Status checkCommand(const RunCommand& command);

std::string toLine(const RunCommand& command);
/// An error for anything that is no command, or one that checkCommand() refuses.
Result<RunCommand> commandFromLine(std::string_view line);

/// Asks the run in this folder; it answers with a ControlEvent as soon as it has obeyed.
Status sendCommand(const std::filesystem::path& run, const RunCommand& command);

/// The run's end of it. What was asked before it began, of an earlier process, is passed over.
class RunControl {
  public:
    explicit RunControl(std::filesystem::path run);

    /// What was asked since the last time, in order; quick when it is nothing. Lines that are no commands are left out.
    std::vector<RunCommand> poll();

  private:
    std::filesystem::path m_file;
    std::uintmax_t m_read = 0;  ///< bytes
};

}  // namespace lemnos
