// LayerType: everything there is to know about one type of layer, in one object. One file of this folder per type.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compute/ops/activation_kind.h"
#include "compute/recorder.h"
#include "compute/result.h"
#include "compute/shape.h"
#include "compute/tensor.h"
#include "model/layers/layer_python.h"
#include "model/layers/onnx_nodes.h"
#include "model/param.h"

namespace lemnos {

/// How a weight starts.
enum class Initialiser : std::uint8_t {
    zero,
    one,
    glorotUniform,    ///< U(-a, a), a = sqrt(6 / (fanIn + fanOut)); Glorot & Bengio 2010, eq. 16
    heNormal,         ///< N(0, 2 / fanIn); He et al. 2015, eq. 10
    truncatedNormal,  ///< N(0, 0.02^2), drawn again beyond two deviations; usual for transformers
};

/// What training does with a weight.
enum class WeightRole : std::uint8_t {
    weight,     ///< learnt, and subject to weight decay
    bias,       ///< learnt, without decay: biases, scales and shifts
    statistic,  ///< not learnt: running means and variances
};

/// A weight is a matrix on the device. In files it has `dims`, whose last extent is the columns; `rows` are all others
/// together, except that the last but one extent is rounded up to four when `padRows` is set (the rows between are
/// zero).
struct WeightShape {
    std::string name;  ///< "weight", "bias"
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    Initialiser initialiser = Initialiser::zero;
    std::vector<std::int64_t> dims;  ///< as written to files: {in, out}, {out}, {height, width, in, out}
    bool padRows = false;
    WeightRole role = WeightRole::weight;
    /// Inputs and outputs that one element has to do with, for the initialiser; 0: rows and columns.
    std::int64_t fanIn = 0, fanOut = 0;
    /// Order of `dims` in ONNX: extent i there is dims[onnxOrder[i]]; empty: as they are.
    std::vector<int> onnxOrder{};
};

/// A matrix that a layer needs besides its inputs, output and weights.
struct WorkShape {
    std::int64_t rows = 0;  ///< per sample where perSample, else in all
    std::int64_t columns = 0;
    bool perSample = true;
    bool statistic = false;  ///< float32 whatever the values are
};

/// What a layer is asked to fit into.
struct LayerInput {
    const ParamMap& params;
    std::vector<Shape> inputs;  ///< per sample, without the batch
    std::int64_t classes = 0;   ///< number of classes of the data
    Shape data;                 ///< {height, width, channels} of a picture
};

/// What a layer makes of its input.
struct LayerShapes {
    Shape output;
    std::vector<WeightShape> weights{};
    std::vector<WorkShape> saved{};    ///< written by forward, read by backward
    std::vector<WorkShape> scratch{};  ///< of use only within forward or within backward
};

/// Device-side values of one step that any layer may need; see compute/ops/step.h.
struct StepTensors {
    Tensor scalars;
    Tensor sampleIndices;
};

/// What a forward pass is for.
enum class Pass : std::uint8_t {
    training,
    again,  ///< the forward pass of a training step once more, because its result was not kept: same random numbers,
            ///< statistics as saved
    inference,  ///< a finished network
};

/// What a layer sees while it records its ops. A value of shape {..., c} is a matrix of c columns whose rows are
/// samples, and within them all other extents: a picture has a row per pixel, a vector is one row.
struct LayerRecording {
    const ParamMap& params;
    Recorder& recorder;
    StepTensors step;
    std::uint32_t layerIndex = 0;  ///< keys random numbers
    std::int64_t batch = 0;
    Pass pass = Pass::inference;
    std::vector<Shape> inputShapes{};
    Shape outputShape{};
    std::vector<Tensor> inputs{};
    Tensor output{};
    std::vector<Tensor> weights{};
    std::vector<Tensor> saved{}, scratch{};  ///< null tensors for inference, except scratch
    Activation activation{};                 ///< to be applied last, where LayerType::fusesActivation
    // For backward only:
    std::vector<Tensor> inputGradients{};  ///< a null Tensor where nobody needs it
    std::vector<bool> accumulate{};        ///< whether to add to inputGradients[i], else it is to be written
    /// By the output; where there is an activation, before it (that is, of its argument), unless
    /// LayerType::fusesActivationGradient. The layer may overwrite it.
    Tensor outputGradient{};
    std::vector<Tensor> weightGradients{};  ///< a null Tensor for what is not learnt
    bool accumulateWeights = false;         ///< whether to add to weightGradients
};

/// What the double-precision definition sees: plain row-major arrays without padding.
struct LayerReference {
    const ParamMap& params;
    std::int64_t batch = 0;
    std::vector<Shape> inputShapes{};
    Shape outputShape{};
    std::vector<std::span<const double>> inputs{};
    std::vector<std::span<const double>> weights{};  ///< in the order of WeightShape::dims
    std::span<double> output{};
    /// Where the weights that are statistics go after a step of training, as many as weights; empty: nobody asks.
    std::vector<std::span<double>> newStatistics{};
    // Keys of random numbers:
    std::uint64_t seed = 0;
    std::uint32_t epoch = 0, layerIndex = 0;
    std::span<const std::uint32_t> sampleIndices{};
    bool training = false;
};

/// What a layer sees while it is written to ONNX.
struct LayerOnnx {
    const ParamMap& params;
    OnnxNodes& nodes;
    std::vector<Shape> inputShapes{};
    Shape outputShape{};
    std::vector<std::string> inputs{};   ///< names of the values it reads
    std::vector<std::string> weights{};  ///< names of the initialisers: WeightShape::dims in its onnxOrder
};

/// A configuration that the test harness runs forward and backward on every device.
struct LayerExample {
    std::vector<Shape> inputs;
    ParamMap params{};
    std::int64_t batch = 3;
};

/// One type of layer. Descriptor objects live in namespace lemnos::layers, named like their file (`extern const
/// LayerType dense{...}`).
struct LayerType {
    std::string_view name;     ///< in JSON: "dense"
    std::string_view label;    ///< as users read it: "Dense"
    std::string_view group;    ///< of the palette: "Core"
    std::string_view summary;  ///< one sentence
    std::vector<Param> params{};
    int inputCount = 1;
    bool moreInputs = false;    ///< takes `inputCount` inputs or more
    bool aliasesInput = false;  ///< its output is its input in another shape: no memory, no ops; see canAlias
    /// Whether the shapes allow it to alias; null: always. Where not, forward and backward are recorded.
    bool (*canAlias)(const LayerInput&) = nullptr;
    bool backwardReadsInputs = true;       ///< the inputs are kept for backward
    bool backwardReadsOutput = true;       ///< the output is kept for backward
    bool fusesActivation = false;          ///< can apply an activation with gradientFromResult as its last step
    bool fusesActivationGradient = false;  ///< its backward takes the gradient by the activation's result, and reads
                                           ///< the output then
    /// For activation layers: the function, which the layer before may apply instead.
    Activation (*activation)(const ParamMap&) = nullptr;
    bool passesGradient = false;  ///< the gradient of each input is that of the output (add)
    bool learns = false;          ///< has weights that are learnt, and so the settings of weightParams()
    bool cheap = false;           ///< costs little to compute again, so that its output need not be kept

    /// Output shape and weights, or what is wrong and how to mend it (the layer's name is put in front).
    Result<LayerShapes> (*shapes)(const LayerInput&) = nullptr;
    void (*forward)(LayerRecording&) = nullptr;   ///< null where it always aliases
    void (*backward)(LayerRecording&) = nullptr;  ///< null where it always aliases
    void (*reference)(const LayerReference&) = nullptr;
    /// Multiply-adds per sample, forward.
    std::int64_t (*multiplyAdds)(const LayerInput&, const LayerShapes&) = nullptr;
    /// Writes it with `nodes` and returns the name of its output.
    std::string (*onnx)(LayerOnnx&) = nullptr;
    /// Their expression of its output; see LayerPython.
    std::string (*pytorch)(LayerPython&) = nullptr;
    std::string (*keras)(LayerPython&) = nullptr;
    std::vector<LayerExample> examples{};
};

/// The settings that every layer with learnt weights has besides its own: frozen, rate_factor, l2, max_norm.
const std::vector<Param>& weightParams();
/// All settings of a type.
std::vector<Param> allParams(const LayerType& type);

/// All layer types, in the order of their file names. The list is generated by CMake from the files of this folder.
std::span<const LayerType* const> layerTypes();
/// One of them, or null.
const LayerType* findLayerType(std::string_view name);

}  // namespace lemnos
