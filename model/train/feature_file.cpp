#include "model/train/feature_file.h"

#include <algorithm>
#include <cmath>

#include "model/exchange/safetensors.h"
#include "model/files.h"

namespace lemnos {

Status saveFeatures(const Preprocess& preprocess, const std::filesystem::path& file) {
    if (preprocess.features.kind != FeatureKind::pca) return {};
    const PcaBasis& basis = *preprocess.features.basis;
    const auto components = static_cast<std::int64_t>(basis.deviation.size());
    TensorFile tensors;
    tensors.tensors = {{"mean", {preprocess.pictureBytes()}, basis.mean},
                       {"directions", {components, preprocess.pictureBytes()}, basis.directions},
                       {"deviation", {components}, basis.deviation}};
    return writeSafetensors(file, tensors);
}

Status loadFeatures(Preprocess& preprocess, const std::filesystem::path& file) {
    if (preprocess.features.kind != FeatureKind::pca) return {};
    TRY(const TensorFile tensors, readSafetensors(file));
    const std::int64_t components = preprocess.features.components, length = preprocess.pictureBytes();
    const NamedTensor *mean = tensors.find("mean"), *directions = tensors.find("directions"),
                      *deviation = tensors.find("deviation");
    using Dims = std::vector<std::int64_t>;
    const auto isFinite = [](float value) { return std::isfinite(value); };
    if (!mean || !directions || !deviation || mean->dims != Dims{length} ||
        directions->dims != Dims{components, length} || deviation->dims != Dims{components} ||
        !std::ranges::all_of(mean->values, isFinite) || !std::ranges::all_of(directions->values, isFinite) ||
        !std::ranges::all_of(deviation->values, [](float value) { return std::isfinite(value) && value > 0; })) {
        return Error{displayPath(file) + " does not belong to this run's preprocessing. Train the run again.",
                     displayPath(file)};
    }
    preprocess.features.basis =
        std::make_shared<PcaBasis>(PcaBasis{mean->values, directions->values, deviation->values});
    return {};
}

}  // namespace lemnos
