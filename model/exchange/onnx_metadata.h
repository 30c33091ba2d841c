// What an exported model says of itself: in its ONNX metadata and in export.json beside it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/data/preprocess.h"
#include "model/train/run_spec.h"

namespace lemnos {

/// Class names in the order of the outputs: ["daisy", "rose"].
nlohmann::json onnxLabels(const RunSpec& spec);

/// How a picture has to be handed to the model: size, channels, range and the resize to do before.
nlohmann::json onnxInput(const Preprocess& preprocess);

}  // namespace lemnos
