// How long a training step of a network takes, and where the time goes.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "compute/device.h"
#include "compute/device_speed.h"
#include "model/graph/graph.h"
#include "model/graph/plan.h"

namespace lemnos {

struct StepBenchRequest {
    Graph graph;
    Shape input;  ///< {height, width, channels}
    std::int64_t classes = 10, batch = 32;
    std::string optimizer = "adam";
    bool recompute = false, mixed = false;
    int steps = 20;
};

struct StepTimes {
    double medianMs = 0, bestMs = 0, imagesPerSecond = 0;
    Plan plan;                ///< what was timed
    double opMs = 0;          ///< inside ops, by a second measurement, a mean over steps as the next
    double outsideMs = 0;     ///< of the same steps, spent outside ops: queueing, waiting, scalars
    std::vector<OpTime> ops;  ///< of one step, longest first; empty when the device can't tell
};

/// Times whole training steps (forward, backward, update, the upload of the bytes included) on random pictures.
/// `profiled` is the same device, opened with DeviceOptions::profile.
Result<StepTimes> benchSteps(const StepBenchRequest& request, Device& device, Device& profiled);

/// One line per op: its time, its share, and how near it is to what the device can do; and one for what is outside ops.
std::string toText(const StepTimes& times, const DeviceSpeed& limit);
nlohmann::json toJson(const std::vector<OpTime>& ops, const DeviceSpeed& limit);

}  // namespace lemnos
