// StepTimes: where the time of training steps goes, and what to do about it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace lemnos {

class JsonFields;

/// Seconds of the training loop, by what it had to wait for. What another part hides is not counted: while the device
/// computes all the time, decoding costs nothing.
struct StepTimes {
    double read = 0;     ///< pictures from the disk or the picture cache
    double decode = 0;   ///< pictures decoded, resized and augmented
    double upload = 0;   ///< batches handed to the device
    double compute = 0;  ///< the device at work
    double sync = 0;     ///< other devices, checkpoints, and everything else between steps

    double total() const { return read + decode + upload + compute + sync; }
    void add(const StepTimes& part);
    /// Parts of one; all zero where nothing is known, as in runs of older versions.
    StepTimes shares() const;

    bool operator==(const StepTimes&) const = default;
};

nlohmann::json toJson(const StepTimes& times);
/// The field "times" of an object; zeros where it has none.
StepTimes stepTimesFrom(JsonFields& object);

/// What the times say, and what would make training faster, as a sentence; empty where nothing is known.
std::string adviceOn(const StepTimes& times);

}  // namespace lemnos
