// BatchLoader: worker threads each make whole batches; an ordered queue hands them out.
#include "model/data/batch_loader.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <thread>
#include <utility>

#include "compute/random.h"
#include "model/data/hash.h"
#include "model/data/image.h"
#include "model/data/ordered_queue.h"
#include "model/data/parallel.h"

namespace lemnos {

namespace {

struct LoadedBatch {
    Batch batch;
    std::vector<FileProblem> problems;
};

/// What it takes to fill the rows of a batch. Every sample depends on seed, epoch and its own index alone.
struct Recipe {
    const DatasetIndex& index;
    std::vector<std::uint32_t> samples;
    Preprocess preprocess;
    LoaderOptions options;
    PixelCache* cache;

    std::size_t sampleBytes() const { return static_cast<std::size_t>(preprocess.sampleBytes()); }

    /// The picture at the training size, or the reason why there is none.
    Result<Image> picture(std::uint32_t sample) const {
        Image image{preprocess.width, preprocess.height, preprocess.channels, std::vector<std::uint8_t>(sampleBytes())};
        if (cache && cache->read(sample, image.pixels.data())) return image;
        TRY(const Image original, readImageOrReason(index.absolutePath(index.samples[sample])));
        image = preprocessed(original, preprocess);
        if (cache) cache->offer(sample, image.pixels.data());
        return image;
    }

    Image augmented(Image image, std::uint32_t sample) const {
        for (std::uint32_t i = 0; i < preprocess.augment.size(); ++i) {
            const TransformSpec& spec = preprocess.augment[i];
            const TransformType* type = findTransformType(spec.type);
            assert(type != nullptr);
            const auto words =
                philox(options.seed, {options.epoch, sample, i, static_cast<std::uint32_t>(RandomUse::augment)});
            TransformRandom random{};
            std::ranges::transform(words, random.uniform, toUniform);
            image = type->apply(image, spec.params, random);
        }
        return image;
    }

    /// Rows [first, first + batch) of the pass; stops early, with an unusable batch, after a stop request.
    LoadedBatch make(std::size_t first, const std::stop_token& stop) const {
        const auto rows = static_cast<std::size_t>(options.batch);
        LoadedBatch loaded;
        Batch& batch = loaded.batch;
        batch.rows = options.batch;
        batch.pixels.resize(rows * sampleBytes());
        batch.labels.resize(rows, ignoredLabel);
        batch.sampleIndices.resize(rows);
        const std::size_t used = std::min(rows, samples.size() - first);
        for (std::size_t row = 0; row < used && !stop.stop_requested(); ++row) {
            const std::uint32_t sample = samples[first + row];
            auto image = picture(sample);
            if (!image) {
                loaded.problems.push_back({std::string(index.samples[sample].path), image.error().message});
                continue;
            }
            if (options.training) image = augmented(*std::move(image), sample);
            std::ranges::copy(image->pixels, batch.pixels.begin() + static_cast<std::ptrdiff_t>(row * sampleBytes()));
            batch.labels[row] = index.samples[sample].label;
            batch.sampleIndices[row] = sample;
            ++batch.count;
        }
        if (options.training && options.mixing)
            mix(batch, preprocess.shape(), options.mixing, options.seed, options.epoch,
                static_cast<std::uint32_t>(first / rows));
        return loaded;
    }
};

std::int64_t batchesFor(std::size_t samples, std::int64_t batch) {
    return (static_cast<std::int64_t>(samples) + batch - 1) / batch;
}

}  // namespace

struct BatchLoader::State {
    State(Recipe made, std::int64_t first, std::int64_t count, std::size_t threads)
        : recipe(std::move(made)),
          batchCount(count),
          nextToMake(first),
          queue(first, count, static_cast<std::int64_t>(threads) + 2) {
        for (std::size_t i = 0; i < threads; ++i)
            workers.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }

    void work(const std::stop_token& stop) {
        for (std::int64_t i = nextToMake++; i < batchCount && !stop.stop_requested(); i = nextToMake++)
            queue.push(i, recipe.make(static_cast<std::size_t>(i * recipe.options.batch), stop), stop);
    }

    ~State() {
        // All at once, so that they end side by side and not one after the other.
        for (std::jthread& worker : workers) worker.request_stop();
    }

    const Recipe recipe;
    const std::int64_t batchCount;
    std::atomic<std::int64_t> nextToMake;
    OrderedQueue<LoadedBatch> queue;
    std::vector<FileProblem> problems{};  // touched by the consumer only
    std::vector<std::jthread> workers{};  // last: they end before what they use
};

BatchLoader::BatchLoader(const DatasetIndex& index, std::vector<std::uint32_t> samples, const Preprocess& preprocess,
                         const LoaderOptions& options, PixelCache* cache) {
    assert(options.batch > 0 && options.firstBatch >= 0);
    if (options.training) samples = shuffled(std::move(samples), options.seed, options.epoch);
    const std::int64_t count = batchesFor(samples.size(), options.batch);
    const std::int64_t first = std::min(options.firstBatch, count);
    const std::size_t threads = threadCount(options.threads, static_cast<std::size_t>(count - first));
    m_state =
        std::make_unique<State>(Recipe{index, std::move(samples), preprocess, options, cache}, first, count, threads);
}

BatchLoader::~BatchLoader() = default;

std::int64_t BatchLoader::batchCount() const {
    return m_state->batchCount;
}

std::optional<Batch> BatchLoader::next(std::stop_token stop) {
    std::optional<LoadedBatch> loaded = m_state->queue.pop(stop);
    if (!loaded) return std::nullopt;
    std::ranges::move(loaded->problems, std::back_inserter(m_state->problems));
    return std::move(loaded->batch);
}

std::vector<FileProblem> BatchLoader::takeProblems() {
    return std::exchange(m_state->problems, {});
}

std::vector<std::uint32_t> shuffled(std::vector<std::uint32_t> samples, std::uint64_t seed, std::uint32_t epoch) {
    // Fisher and Yates's shuffle as in Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2P.
    for (std::size_t i = samples.size(); i > 1; --i) {
        const auto words =
            philox(seed, {static_cast<std::uint32_t>(i), epoch, 0, static_cast<std::uint32_t>(RandomUse::shuffle)});
        const double uniform = (words[0] + toUniform(words[1])) * 0x1p-32;
        const auto chosen = std::min(i - 1, static_cast<std::size_t>(uniform * static_cast<double>(i)));
        std::swap(samples[i - 1], samples[chosen]);
    }
    return samples;
}

}  // namespace lemnos
