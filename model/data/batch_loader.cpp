// BatchLoader: worker threads fill a few rows of a batch at a time; an ordered queue hands batches out.
#include "model/data/batch_loader.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
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

/// Seconds of several threads, added up.
class SharedStopwatch {
  public:
    /// Calls `work` and counts how long it took.
    template <class Work>
    auto time(const Work& work) {
        const auto started = std::chrono::steady_clock::now();
        auto result = work();
        m_nanoseconds += (std::chrono::steady_clock::now() - started) / std::chrono::nanoseconds(1);
        return result;
    }
    double take() { return static_cast<double>(m_nanoseconds.exchange(0)) * 1e-9; }

  private:
    std::atomic<std::int64_t> m_nanoseconds = 0;
};

/// What the threads of a loader spend their time on.
struct Stopwatches {
    SharedStopwatch read, whole;  ///< reading, and all of it
};

/// What it takes to fill the rows of a batch. Every sample depends on seed, epoch and its own index alone.
struct Recipe {
    const DatasetIndex& index;
    std::vector<std::uint32_t> samples;
    Preprocess preprocess;
    LoaderOptions options;
    PixelCache* cache;
    std::shared_ptr<Stopwatches> watches = std::make_shared<Stopwatches>();

    bool readCached(std::uint32_t sample, std::uint8_t* pixels) const {
        return cache && watches->read.time([&] { return cache->read(sample, pixels); });
    }

    std::size_t sampleBytes() const { return static_cast<std::size_t>(preprocess.sampleBytes()); }

    /// The picture at the training size, as it is before augmentation, or the reason why there is none.
    Result<Image> picture(std::uint32_t sample) const {
        Image image{preprocess.width, preprocess.height, preprocess.channels,
                    std::vector<std::uint8_t>(static_cast<std::size_t>(preprocess.pictureBytes()))};
        if (readCached(sample, image.pixels.data())) return image;
        TRY(const std::string bytes,
            watches->read.time([&] { return readPictureFile(index.absolutePath(index.samples[sample])); }));
        TRY(image, decodePrepared({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, preprocess));
        if (cache) cache->offer(sample, image.pixels.data());
        return image;
    }

    /// True where rows are the pictures themselves.
    bool isPlain() const {
        return preprocess.features.kind == FeatureKind::pixels && !(options.training && !preprocess.augment.empty());
    }

    /// Writes the row of a sample: sampleBytes() bytes.
    Status fill(std::uint32_t sample, std::uint8_t* row) const {
        if (isPlain() && readCached(sample, row)) return {};
        TRY(Image image, picture(sample));
        if (options.training)
            image = augmented(std::move(image), preprocess.augment, options.seed, options.epoch, sample);
        image = featuresOf(std::move(image), preprocess.features);
        std::ranges::copy(image.pixels, row);
        return {};
    }

    /// A batch with no row filled yet.
    Batch empty() const {
        const auto rows = static_cast<std::size_t>(options.batch);
        Batch batch;
        batch.rows = options.batch;
        batch.pixels.resize(rows * sampleBytes());
        batch.labels.resize(rows, ignoredLabel);
        batch.sampleIndices.resize(rows);
        return batch;
    }

    /// Fills one row of batch `number`; the problem, if there is one.
    std::optional<FileProblem> fillRow(Batch& batch, std::int64_t number, std::size_t row) const {
        const std::uint32_t sample = samples[static_cast<std::size_t>(number * options.batch) + row];
        const Status status =
            watches->whole.time([&] { return fill(sample, batch.pixels.data() + row * sampleBytes()); });
        if (!status) return FileProblem{std::string(index.samples[sample].path), status.error().message};
        batch.labels[row] = index.samples[sample].label;
        batch.sampleIndices[row] = sample;
        return std::nullopt;
    }

    /// Says that rows of batch `number` come soon.
    void expect(std::int64_t number, std::size_t firstRow, std::size_t endRow) const {
        if (!cache) return;
        const std::size_t first = static_cast<std::size_t>(number) * static_cast<std::size_t>(options.batch);
        for (std::size_t i = first + firstRow; i < std::min(first + endRow, samples.size()); ++i)
            cache->expect(samples[i]);
    }

    /// Rows of batch `number` that have a sample.
    std::size_t usedRows(std::int64_t number) const {
        const auto rows = static_cast<std::size_t>(options.batch);
        return std::min(rows, samples.size() - static_cast<std::size_t>(number) * rows);
    }

    /// What is done once all rows are filled.
    void finish(Batch& batch, std::int64_t number) const {
        batch.count = static_cast<std::uint32_t>(batch.labels.size()) -
                      static_cast<std::uint32_t>(std::ranges::count(batch.labels, ignoredLabel));
        if (options.training && options.mixing)
            mix(batch, preprocess.shape(), options.mixing, options.seed, options.epoch,
                static_cast<std::uint32_t>(number));
    }
};

/// Rows that a worker takes at a time: few, so that all workers are busy until the end, however large batches are.
constexpr std::size_t rowsAtATime = 8;

/// A batch that several workers fill.
struct Underway {
    std::int64_t place = 0;   // in the order of those that are handed out
    std::int64_t number = 0;  // within the pass
    Batch batch{};
    std::size_t rows = 0;     // that have a sample
    std::size_t nextRow = 0;  // under the lock of the claims
    std::atomic<std::size_t> filledRows = 0;
    std::vector<std::optional<FileProblem>> problems{};  // of each row
};

std::int64_t batchesFor(std::size_t samples, std::int64_t batch) {
    return (static_cast<std::int64_t>(samples) + batch - 1) / batch;
}

}  // namespace

struct BatchLoader::State {
    State(Recipe made, std::int64_t firstBatch, std::int64_t count, std::size_t threads)
        : recipe(std::move(made)),
          batchCount(count),
          first(firstBatch),
          places((count - firstBatch + recipe.options.stride - 1) / recipe.options.stride),
          queue(0, places, static_cast<std::int64_t>(threads) + 2) {
        for (std::size_t i = 0; i < threads; ++i)
            workers.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }

    /// Some rows to fill.
    struct Claim {
        std::shared_ptr<Underway> underway;
        std::size_t firstRow = 0, endRow = 0;
    };

    /// The next rows; begins a batch where all rows are taken. Nothing at the end or after a stop request.
    std::optional<Claim> claim(const std::stop_token& stop) {
        const std::lock_guard lock(claims);
        if (!current || current->nextRow == current->rows) {
            if (nextToBegin == places || !queue.waitForRoom(nextToBegin, stop)) return std::nullopt;
            current = std::make_shared<Underway>();
            current->place = nextToBegin++;
            current->number = first + current->place * recipe.options.stride;
            current->batch = recipe.empty();
            current->batch.number = current->number;
            current->rows = recipe.usedRows(current->number);
            current->problems.resize(current->rows);
        }
        Claim claim{current, current->nextRow, std::min(current->nextRow + rowsAtATime, current->rows)};
        current->nextRow = claim.endRow;
        return claim;
    }

    void work(const std::stop_token& stop) {
        while (const auto claimed = claim(stop)) {
            Underway& underway = *claimed->underway;
            recipe.expect(underway.number + recipe.options.stride, claimed->firstRow, claimed->endRow);
            for (std::size_t row = claimed->firstRow; row < claimed->endRow; ++row) {
                if (stop.stop_requested()) return;
                underway.problems[row] = recipe.fillRow(underway.batch, underway.number, row);
            }
            const std::size_t filled = claimed->endRow - claimed->firstRow;
            if ((underway.filledRows += filled) == underway.rows) hand(underway, stop);
        }
    }

    /// By the worker that filled the last row.
    void hand(Underway& underway, const std::stop_token& stop) {
        recipe.finish(underway.batch, underway.number);
        LoadedBatch loaded{std::move(underway.batch), {}};
        for (std::optional<FileProblem>& problem : underway.problems)
            if (problem) loaded.problems.push_back(*std::move(problem));
        queue.push(underway.place, std::move(loaded), stop);
    }

    ~State() {
        // All at once, so that they end side by side and not one after the other.
        for (std::jthread& worker : workers) worker.request_stop();
    }

    const Recipe recipe;
    const std::int64_t batchCount;
    const std::int64_t first;   // batch
    const std::int64_t places;  // batches that are handed out
    std::mutex claims;
    std::int64_t nextToBegin = 0;         // place; under claims
    std::shared_ptr<Underway> current{};  // under claims
    OrderedQueue<LoadedBatch> queue;
    std::vector<FileProblem> problems{};  // touched by the consumer only
    std::vector<std::jthread> workers{};  // last: they end before what they use
};

BatchLoader::BatchLoader(const DatasetIndex& index, std::vector<std::uint32_t> samples, const Preprocess& preprocess,
                         const LoaderOptions& options, PixelCache* cache) {
    assert(options.batch > 0 && options.firstBatch >= 0 && options.stride > 0);
    if (options.training) samples = shuffled(std::move(samples), options.seed, options.epoch);
    const std::int64_t count = batchesFor(samples.size(), options.batch);
    const std::int64_t first = std::min(options.firstBatch, count);
    const std::size_t left = samples.size() - std::min(samples.size(), static_cast<std::size_t>(first * options.batch));
    const std::size_t threads = threadCount(options.threads, (left + rowsAtATime - 1) / rowsAtATime);
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

LoaderTimes BatchLoader::takeTimes() {
    Stopwatches& watches = *m_state->recipe.watches;
    const double read = watches.read.take(), whole = watches.whole.take();
    // A row that is being filled may have been read and not be done.
    return {read, std::max(0.0, whole - read)};
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
