// plan(): turns a Graph into every shape, parameter count and byte, or into a sentence why it can't be trained.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compute/result.h"
#include "compute/shape.h"
#include "compute/tensor.h"
#include "model/graph/graph.h"
#include "model/layers/layer.h"

namespace lemnos {

/// What the data and the settings ask of the network.
struct PlanRequest {
    Shape input;               ///< {height, width, channels} of one picture
    std::int64_t classes = 0;  ///< number of classes of the data
    std::int64_t batch = 32;   ///< samples per step
    int optimizerTensors = 2;  ///< values the optimizer keeps per parameter (Adam 2, SGD with momentum 1)
    bool training = true;      ///< false for a network that only answers: nothing is kept for a backward pass
    bool recompute = false;    ///< cheap values are computed again for the backward pass instead of being kept
    /// What layers pass on is stored as: float32, or float16 for mixed precision.
    ElementType values = ElementType::float32;

    bool mixed() const { return values == ElementType::float16; }
};

/// A stretch of the activation arena.
struct Place {
    std::int64_t offset = -1;  ///< floats from the start of the arena; -1: there is no such value

    explicit operator bool() const { return offset >= 0; }
};

/// One weight tensor, placed in the parameter arena.
struct WeightPlan {
    std::string name;  ///< "dense1.weight": its key in weights.safetensors
    WeightShape shape;
    std::int64_t offset = 0;  ///< floats from the start of the parameter arena (gradients and optimizer state alike)
    bool learns = true;       ///< false for statistics, and where the layer is frozen

    std::int64_t floats() const { return shape.rows * roundUp4(shape.columns); }
};

/// A run of the parameter arena that the optimizer treats alike. Groups that learn come first.
struct ParameterGroup {
    std::int64_t offset = 0, floats = 0;
    bool learns = true;
    bool decays = true;     ///< takes part in weight decay
    double rateFactor = 1;  ///< of the learning rate
    double l2 = 0;          ///< decay of its own, on top
};

/// One layer with everything known about it.
struct LayerPlan {
    LayerSpec spec;
    const LayerType* type = nullptr;
    std::vector<int> inputs;  ///< indices of the layers it reads
    std::vector<Shape> inputShapes;
    Shape output;
    std::vector<WeightPlan> weights;
    std::vector<WorkShape> savedShapes, scratchShapes;
    std::int64_t parameters = 0;    ///< trainable numbers
    std::int64_t multiplyAdds = 0;  ///< per sample, forward

    /// The layer whose value this one's is: its own index, but for a view its input's, and for an activation that the
    /// layer before applies, that layer's. A layer that is not its own root records nothing.
    int root = 0;
    bool flat = false;        ///< a picture whose row is a whole sample, not a pixel
    Activation activation{};  ///< applied by this layer as its last step, for the activation layer behind it
    bool needsGradient = false;

    Place value;                              ///< of the output
    Place again;                              ///< of the output as computed again for the backward pass
    Place gradient;                           ///< of the gradient of the output
    std::vector<Place> saved;                 ///< from forward to backward
    std::vector<Place> scratch, gradScratch;  ///< within forward and within backward
    /// For each input: whether its gradient already holds a part when this layer's backward comes.
    std::vector<bool> accumulate;
    /// For each input: its gradient is that of the output, at the same place, so nothing is to be done.
    std::vector<bool> gradientPasses;
    std::int64_t activationBytes = 0;  ///< output and gradient at this batch size
};

/// What a training step does, in order; the loss stands between forward and backward.
struct PlanStep {
    enum class Kind : std::uint8_t { forward, loss, again, backward } kind = Kind::forward;
    int layer = 0;
};

/// A network that can be trained: shapes, places and sizes.
struct Plan {
    PlanRequest request;
    std::string name;
    std::vector<LayerPlan> layers;
    std::vector<PlanStep> steps;
    std::vector<ParameterGroup> groups;
    std::int64_t parameters = 0;
    std::int64_t multiplyAdds = 0;      ///< per sample, forward
    std::int64_t parameterFloats = 0;   ///< length of the parameter arena, padding included
    std::int64_t learntFloats = 0;      ///< the part of it that learns, at its beginning
    std::int64_t activationFloats = 0;  ///< length of the activation arena
    std::int64_t weightBytes = 0, gradientBytes = 0, optimizerBytes = 0, activationBytes = 0, batchBytes = 0;

    /// What is behind the part that learns: running means and variances, and frozen weights.
    std::int64_t statisticFloats() const { return parameterFloats - learntFloats; }
    /// Device memory that training takes, in bytes.
    std::int64_t totalBytes() const {
        return weightBytes + gradientBytes + optimizerBytes + activationBytes + batchBytes;
    }
    const LayerPlan& rootOf(int layer) const {
        return layers[static_cast<std::size_t>(layers[static_cast<std::size_t>(layer)].root)];
    }
    /// Index of the layer whose value are the scores that the last softmax turns into probabilities.
    int scores() const { return layers.back().inputs[0]; }
};

/// The plan, or an Error whose `where` is the layer's name and whose message says what to change.
Result<Plan> makePlan(const Graph& graph, const PlanRequest& request);

/// For editors: the layers that could be planned, and what stopped it, if anything did.
struct PartialPlan {
    Plan plan;
    std::optional<Error> error;
};
PartialPlan makePartialPlan(const Graph& graph, const PlanRequest& request);

/// The largest batch, at most `most`, with which training takes no more than `memoryBytes`; 0 when none does, or the
/// graph can't be planned.
std::int64_t largestBatch(const Graph& graph, PlanRequest request, std::int64_t memoryBytes, std::int64_t most = 4096);

}  // namespace lemnos
