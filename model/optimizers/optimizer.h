// OptimizerType: one way to turn gradients into new weights. One file of this folder per optimizer.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compute/recorder.h"
#include "compute/result.h"
#include "compute/tensor.h"
#include "model/param.h"

namespace lemnos {

/// What an optimizer sees while it records the update of a stretch of the arenas: flat tensors of equal length.
struct OptimizerRecording {
    const ParamMap& params;
    Recorder& recorder;
    Tensor weights, gradients;
    std::vector<Tensor> state;  ///< one per OptimizerType::state name
    Tensor stepScalars;
    double rateFactor = 1;  ///< of the learning rate, for this stretch
    double decay = 0;       ///< weight decay of this stretch
};

/// OptimizerType::scalars of an optimizer whose formula does not know the step.
inline std::array<float, 4> noScalars(const ParamMap&, std::int64_t) {
    return {};
}

/// One optimizer. Descriptor objects live in namespace lemnos::optimizers, named like their file.
struct OptimizerType {
    std::string_view name;   ///< "adam"
    std::string_view label;  ///< "Adam"
    std::string_view summary;
    std::vector<Param> params{};            ///< weight_decay among them
    std::vector<std::string_view> state{};  ///< what it keeps per parameter, as named in checkpoints: {"m", "v"}
    double defaultLearningRate = 1e-3;
    bool perWeight = false;  ///< its step needs the norm of each weight, so it is recorded for each alone

    /// Records one update of all weights.
    void (*update)(OptimizerRecording&) = nullptr;
    /// Numbers that change with the step (1-based), such as bias corrections; put into the step scalars.
    std::array<float, 4> (*scalars)(const ParamMap& params, std::int64_t step) = noScalars;
};

/// The Param "weight_decay" that every optimizer has. Whoever records updates reads it, decides which weights it is
/// for, and hands it over as OptimizerRecording::decay.
Param weightDecayParam(double defaultValue);

/// All optimizers, in the order of their file names.
std::span<const OptimizerType* const> optimizerTypes();
/// One of them, or null.
const OptimizerType* findOptimizerType(std::string_view name);
/// One of them, or an Error that lists the names.
Result<const OptimizerType*> optimizerTypeOrError(std::string_view name);

}  // namespace lemnos
