// Event: what a run tells while it goes on. One JSON object per line, in events.jsonl and on standard output.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compute/result.h"
#include "model/train/best_by.h"
#include "model/train/run_control.h"
#include "model/train/step_times.h"

namespace lemnos {

class JsonFields;

/// Mean loss and share of right answers over `count` samples.
struct Metrics {
    double loss = 0;
    double accuracy = 0;  ///< 0 to 1
    std::int64_t count = 0;
    std::optional<double> macroF1{};  ///< 0 to 1; where each class has been counted (ClassCounts)
};

nlohmann::json toJson(const Metrics& metrics);
/// The field `key` of an object, which is refused where it holds no metrics.
Metrics metricsFrom(JsonFields& object, std::string_view key);

/// The run is about to train. Sent again by a resumed run.
struct StartedEvent {
    std::string run;      ///< folder
    std::string device;   ///< name as users read it
    std::string network;  ///< name of the graph
    std::int64_t parameters = 0;
    std::int64_t trainCount = 0, validationCount = 0, testCount = 0;
    std::int64_t epochs = 0, stepsPerEpoch = 0;
    std::int64_t memoryBytes = 0;
    bool resumed = false;
    BestBy bestBy = BestBy::accuracy;  ///< what the best epoch goes by
};

/// What is being done before and between training steps: "Looking through the pictures".
struct PhaseEvent {
    std::string text;
    std::int64_t done = 0, total = 0;  ///< total 0: unknown
};

/// What one of the devices that train has done since the last progress event.
struct DeviceWork {
    std::string name;           ///< as users read it; of a device elsewhere, that of its PC
    std::string place;          ///< DeviceInfo::place; empty: unknown, or in another PC
    std::int64_t samples = 0;   ///< trained
    double workingSeconds = 0;  ///< computing
    double waitingSeconds = 0;  ///< for pictures, for other devices, for anything else
};

/// A few times a second while training.
struct ProgressEvent {
    std::int64_t epoch = 0;  ///< from 1
    std::int64_t step = 0;   ///< within the epoch, from 1
    std::int64_t steps = 0;  ///< of the epoch
    Metrics train;           ///< over the steps since the last progress event
    double imagesPerSecond = 0;
    double etaSeconds = 0;    ///< of the whole run
    double learningRate = 0;  ///< of the last step; 0: not told
    StepTimes times{};        ///< of the steps since the last progress event
    std::vector<DeviceWork> devices{};
};

/// An epoch is complete.
struct EpochEvent {
    std::int64_t epoch = 0;  ///< from 1
    std::int64_t epochs = 0;
    Metrics train, validation;
    double seconds = 0;  ///< training and validation
    double imagesPerSecond = 0;
    bool best = false;        ///< by what the run goes by, so far
    double learningRate = 0;  ///< of its last step; 0: not told
    StepTimes times{};        ///< of its training steps
};

/// What the network makes of one picture.
struct Prediction {
    std::string picture;           ///< its file, as the disk has it
    std::string label, predicted;  ///< classes
    double probability = 0;        ///< of the predicted one
    bool isRight() const { return label == predicted; }
};

/// What the network makes of a few validation pictures, the same ones after each epoch.
struct PredictionsEvent {
    std::int64_t epoch = 0;  ///< from 1
    std::vector<Prediction> predictions;
};

/// Something worth a line in the log.
struct LogEvent {
    enum class Level : std::uint8_t { info, warning, error } level = Level::info;
    std::string text;
};

/// The last event of a run that ended in an orderly way.
struct FinishedEvent {
    std::string reason;  ///< "completed", "stopped" or "patience"
    std::int64_t epochs = 0;
    std::int64_t bestEpoch = 0;
    Metrics bestValidation;
    std::optional<Metrics> test;
    double seconds = 0;
};

/// The last event of a run that failed.
struct FailedEvent {
    std::string message;
};

/// The run has done what a user asked for while it trained.
struct ControlEvent {
    RunCommand command;
    std::int64_t epoch = 0, step = 0;  ///< epochs completed, and steps done in the one at hand
};

struct Event {
    double time = 0;  ///< seconds since 1970
    std::variant<StartedEvent, PhaseEvent, ProgressEvent, EpochEvent, LogEvent, FinishedEvent, FailedEvent,
                 ControlEvent, PredictionsEvent>
        what;
};

using EventSink = std::function<void(const Event&)>;

nlohmann::json toJson(const Event& event);
/// Errors for anything that is not a known event.
Result<Event> eventFromJson(const nlohmann::json& json);
/// One line of events.jsonl, without the newline.
std::string toLine(const Event& event);
Result<Event> eventFromLine(std::string_view line);

}  // namespace lemnos
