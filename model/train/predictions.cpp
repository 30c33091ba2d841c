#include "model/train/predictions.h"

#include <algorithm>

#include "model/data/batch_loader.h"

namespace lemnos {

std::vector<std::uint32_t> watchedSamples(const DatasetIndex& index, std::uint64_t seed) {
    constexpr std::size_t most = 8;
    std::vector<std::uint32_t> samples = shuffled(index.indices(Split::validation), seed, 0);
    samples.resize(std::min(samples.size(), most));
    return samples;
}

Result<std::vector<Prediction>> predict(Replica& replica, const DatasetIndex& index,
                                        const std::vector<std::uint32_t>& samples, const Preprocess& preprocess,
                                        PixelCache* cache) {
    std::vector<Prediction> predictions;
    BatchLoader loader(index, samples, preprocess, {.batch = replica.plan().request.batch}, cache);
    while (const auto batch = loader.next()) {
        TRY(const std::vector<float> probabilities, replica.probabilities(*batch));
        const std::size_t classes = probabilities.size() / static_cast<std::size_t>(batch->rows);
        for (std::size_t row = 0; row < batch->labels.size(); ++row) {
            if (batch->labels[row] == ignoredLabel) continue;
            const auto begin = probabilities.begin() + static_cast<std::ptrdiff_t>(row * classes);
            const auto largest = std::max_element(begin, begin + static_cast<std::ptrdiff_t>(classes));
            predictions.push_back({index.absolutePath(index.samples[batch->sampleIndices[row]]).string(),
                                   index.classes[batch->labels[row]],
                                   index.classes[static_cast<std::size_t>(largest - begin)], double(*largest)});
        }
    }
    return predictions;
}

}  // namespace lemnos
