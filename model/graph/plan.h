// plan(): turns a Graph into every shape, parameter count and byte, or into a sentence why it can't be trained.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compute/result.h"
#include "compute/shape.h"
#include "model/graph/graph.h"
#include "model/layers/layer.h"

namespace lemnos {

/// What the data and the settings ask of the network.
struct PlanRequest {
    Shape input;               ///< {height, width, channels} of one picture
    std::int64_t classes = 0;  ///< number of classes of the data
    std::int64_t batch = 32;   ///< samples per step
    int optimizerTensors = 2;  ///< values the optimizer keeps per parameter (Adam 2, SGD with momentum 1)
};

/// One weight tensor, placed in the parameter arena.
struct WeightPlan {
    std::string name;  ///< "dense1.weight": its key in weights.safetensors
    WeightShape shape;
    std::int64_t offset = 0;  ///< floats from the start of the parameter arena (gradients and optimizer state alike)
};

/// One layer with everything known about it.
struct LayerPlan {
    LayerSpec spec;
    const LayerType* type = nullptr;
    std::vector<int> inputs;  ///< indices of the layers it reads
    std::vector<Shape> inputShapes;
    Shape output;
    std::vector<WeightPlan> weights;
    std::int64_t parameters = 0;       ///< trainable numbers
    std::int64_t multiplyAdds = 0;     ///< per sample, forward
    std::int64_t outputOffset = 0;     ///< floats from the start of the activation arena
    std::int64_t gradientOffset = -1;  ///< the same of the gradient of its output; -1 where none is needed
    std::int64_t activationBytes = 0;  ///< output and gradient at this batch size
};

/// A network that can be trained: shapes, places and sizes.
struct Plan {
    PlanRequest request;
    std::string name;
    std::vector<LayerPlan> layers;
    std::int64_t parameters = 0;
    std::int64_t multiplyAdds = 0;      ///< per sample, forward
    std::int64_t parameterFloats = 0;   ///< length of the parameter arena, padding included
    std::int64_t activationFloats = 0;  ///< length of the activation arena
    std::int64_t weightBytes = 0, gradientBytes = 0, optimizerBytes = 0, activationBytes = 0, batchBytes = 0;

    /// Device memory that training takes, in bytes.
    std::int64_t totalBytes() const {
        return weightBytes + gradientBytes + optimizerBytes + activationBytes + batchBytes;
    }
};

/// The plan, or an Error whose `where` is the layer's name and whose message says what to change.
Result<Plan> makePlan(const Graph& graph, const PlanRequest& request);

/// For editors: the layers that could be planned, and what stopped it, if anything did.
struct PartialPlan {
    Plan plan;
    std::optional<Error> error;
};
PartialPlan makePartialPlan(const Graph& graph, const PlanRequest& request);

}  // namespace lemnos
