// Groups of channels to mean 0 and variance 1 within each sample; Wu & He 2018.
#include "model/layers/group_norm_support.h"
#include "model/phrased_error.h"

namespace lemnos::layers {
namespace {

NormGroups groupsOf(const auto& r) {
    return {r.inputShapes[0].rows(), intParam(r.params, "groups")};
}

Result<LayerShapes> shapes(const LayerInput& in) {
    const std::int64_t groups = intParam(in.params, "groups"), channels = in.inputs[0].columns();
    if (channels % groups != 0)
        return phrasedError(
            {LEMNOS_TEXT("can't split %1 channels into %2 equal groups; choose a number of groups that divides them"),
             {Phrase::name(std::to_string(channels)), Phrase::name(std::to_string(groups))}});
    return groupNormShapes(in.inputs[0], {in.inputs[0].rows(), groups});
}

std::int64_t multiplyAdds(const LayerInput&, const LayerShapes& out) {
    return 3 * out.output.size();
}

std::string pytorch(LayerPython& c) {
    c.module = "nn.GroupNorm(" + std::to_string(intParam(c.params, "groups")) + ", " +
               std::to_string(c.outputShape.columns()) + ", eps=" + pythonNumber(realParam(c.params, "epsilon")) + ")";
    return c.outputShape.rank() == 2 ? c.call(c.x() + ".transpose(1, 2)") + ".transpose(1, 2)" : c.call(c.x());
}

std::string keras(LayerPython& c) {
    return c.layer(
        "layers.GroupNormalization",
        std::to_string(intParam(c.params, "groups")) + ", epsilon=" + pythonNumber(realParam(c.params, "epsilon")),
        c.x());
}

}  // namespace

extern const LayerType group_norm{
    .name = "group_norm",
    .label = LEMNOS_TEXT("Group normalisation"),
    .group = LEMNOS_TEXT("Normalisation"),
    .summary = LEMNOS_TEXT("Brings groups of channels to a like range within each picture; unlike batch normalisation "
                           "it does not mind small batches."),
    .params = {{.key = "groups",
                .label = LEMNOS_TEXT("Groups"),
                .help = LEMNOS_TEXT("Number of groups of channels; 1 takes all channels together, as many as channels "
                                    "takes each alone."),
                .defaultValue = std::int64_t{8},
                .minimum = 1,
                .maximum = 65536},
               epsilonParam()},
    .backwardReadsOutput = false,
    .learns = true,
    .cheap = true,
    .shapes = shapes,
    .forward = [](LayerRecording& r) { groupNormForward(r, groupsOf(r)); },
    .backward = [](LayerRecording& r) { groupNormBackward(r, groupsOf(r)); },
    .reference = [](const LayerReference& r) { groupNormReference(r, groupsOf(r)); },
    .multiplyAdds = multiplyAdds,
    .onnx = [](LayerOnnx& o) { return groupNormOnnx(o, groupsOf(o)); },
    .pytorch = pytorch,
    .keras = keras,
    .examples = {{{{3, 4, 16}}, {}, 2},
                 {{{3, 5, 6}}, {{"groups", std::int64_t{2}}}, 3},
                 {{{2, 3, 5}}, {{"groups", std::int64_t{5}}}, 1},
                 {{{4, 3, 7}}, {{"groups", std::int64_t{1}}, {"epsilon", 0.1}}, 2},
                 {{{5, 6}}, {{"groups", std::int64_t{3}}}, 2},
                 {{{12}}, {{"groups", std::int64_t{3}}}, 3}},
};

}  // namespace lemnos::layers
