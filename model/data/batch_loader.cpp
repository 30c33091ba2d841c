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
struct Recipe final : RowSource, std::enable_shared_from_this<Recipe> {
    Recipe(const DatasetIndex& pictures, std::vector<std::uint32_t> wanted, const Preprocess& how,
           const LoaderOptions& loaderOptions, PixelCache* pixels)
        : index(pictures), samples(std::move(wanted)), preprocess(how), options(loaderOptions), cache(pixels) {}

    const DatasetIndex& index;
    std::vector<std::uint32_t> samples;
    Preprocess preprocess;
    LoaderOptions options;
    PixelCache* cache;
    mutable Stopwatches watches{};

    bool readCached(std::uint32_t sample, std::uint8_t* pixels) const {
        return cache && watches.read.time([&] { return cache->read(sample, pixels); });
    }

    std::size_t sampleBytes() const { return static_cast<std::size_t>(preprocess.sampleBytes()); }

    /// The picture at the training size, as it is before augmentation, or the reason why there is none.
    Result<Image> picture(std::uint32_t sample) const {
        Image image{preprocess.width, preprocess.height, preprocess.channels,
                    std::vector<std::uint8_t>(static_cast<std::size_t>(preprocess.pictureBytes()))};
        if (readCached(sample, image.pixels.data())) return image;
        TRY(const std::string bytes,
            watches.read.time([&] { return readPictureFile(index.absolutePath(index.samples[sample])); }));
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

    std::uint32_t sampleOf(std::int64_t number, std::int64_t row) const {
        return samples[static_cast<std::size_t>(number * options.batch + row)];
    }

    /// Rows of batch `number` that have a sample.
    std::int64_t listed(std::int64_t number) const {
        return std::min(options.batch, std::ssize(samples) - number * options.batch);
    }

    /// Rows of batch `number` to load at first.
    RowRange wanted(std::int64_t number) const {
        const RowRange all{0, listed(number)};
        if (!options.wanted) return all;
        const RowRange some = options.wanted(all.end);
        const std::int64_t end = std::clamp<std::int64_t>(some.end, 0, all.end);
        return {std::clamp<std::int64_t>(some.first, 0, end), end};
    }

    BatchMix mixOf(std::int64_t number) const {
        const Mixing mixing = options.training ? options.mixing : Mixing{};
        return {mixing,       preprocess.shape(), listed(number),
                options.seed, options.epoch,      static_cast<std::uint32_t>(number)};
    }

    /// Rows whose pictures it takes to have those of `range`: they themselves, and what is mixed into them.
    std::vector<std::int64_t> rowsFor(std::int64_t number, const RowRange& range) const {
        std::vector<std::int64_t> rows;
        for (std::int64_t row = range.first; row < range.end; ++row) rows.push_back(row);
        if (const BatchMix mix = mixOf(number)) {
            for (std::int64_t row = range.first; row < range.end; ++row) {
                const std::int64_t partner = mix.partner(row);
                if (partner < range.first || partner >= range.end) rows.push_back(partner);
            }
        }
        return rows;
    }

    /// A batch that is going to hold `range`, and for now has room for so many rows, none of which is filled.
    Batch empty(std::int64_t number, const RowRange& range, std::size_t roomRows) const {
        const auto rows = static_cast<std::size_t>(options.batch);
        Batch batch;
        batch.rows = options.batch;
        batch.number = number;
        batch.listed = listed(number);
        if (range != RowRange{0, batch.listed}) {
            batch.source = shared_from_this();
            batch.held = range;
        }
        batch.pixels.resize((batch.source ? roomRows : rows) * sampleBytes());
        batch.labels.resize(rows, ignoredLabel);
        batch.sampleIndices.resize(rows);
        for (std::int64_t row = 0; row < batch.listed; ++row) {
            const std::uint32_t sample = sampleOf(number, row);
            batch.labels[static_cast<std::size_t>(row)] = index.samples[sample].label;
            batch.sampleIndices[static_cast<std::size_t>(row)] = sample;
        }
        return batch;
    }

    /// Loads a row to its place among the pixels; the problem, if there is one.
    std::optional<FileProblem> fillRow(Batch& batch, std::int64_t row, std::size_t place) const {
        const std::uint32_t sample = sampleOf(batch.number, row);
        const Status status =
            watches.whole.time([&] { return fill(sample, batch.pixels.data() + place * sampleBytes()); });
        if (status) return std::nullopt;
        batch.labels[static_cast<std::size_t>(row)] = ignoredLabel;
        batch.sampleIndices[static_cast<std::size_t>(row)] = 0;
        return FileProblem{std::string(index.samples[sample].path), status.error().message};
    }

    /// Says that this row of batch `number` is going to be filled soon.
    void expect(std::int64_t number, std::int64_t row) const {
        if (cache) cache->expect(sampleOf(number, row));
    }

    /// What is done once `rows`, which are those for `range`, are filled.
    void finish(Batch& batch, const RowRange& range, std::span<const std::int64_t> rows) const {
        mixOf(batch.number).apply(batch, range, rows);
        // What was mixed in has done its part.
        if (batch.source) batch.pixels.resize(static_cast<std::size_t>(range.count()) * sampleBytes());
        batch.count = static_cast<std::uint32_t>(batch.labels.size()) -
                      static_cast<std::uint32_t>(std::ranges::count(batch.labels, ignoredLabel));
    }

    /// Nobody hears of problems here: whoever has the rows from the start tells them.
    Batch load(const Batch& part, const RowRange& range) const override {
        const std::vector<std::int64_t> rows = rowsFor(part.number, range);
        Batch batch = empty(part.number, range, rows.size());
        const auto fillAt = [&](std::size_t place) { (void)fillRow(batch, rows[place], place); };
        // Where there is no memory for that, one after the other.
        if (!parallelFor(rows.size(), fillAt, {options.threads}))
            for (std::size_t place = 0; place < rows.size(); ++place) fillAt(place);
        finish(batch, range, rows);
        return batch;
    }
};

/// Rows that a worker takes at a time: few, so that all workers are busy until the end, however large batches are.
constexpr std::size_t rowsAtATime = 8;

/// A batch that several workers fill.
struct Underway {
    std::int64_t place = 0;  // in the order of those that are handed out
    RowRange range{};
    std::vector<std::int64_t> rows{};  // to fill, see Recipe::rowsFor()
    std::vector<std::int64_t> soon{};  // probably those of the next batch
    Batch batch{};
    std::size_t nextRow = 0;  // of `rows`, as what follows; under the lock of the claims
    std::atomic<std::size_t> filledRows = 0;
    std::vector<std::optional<FileProblem>> problems{};  // of each row
};

std::int64_t batchesFor(std::size_t samples, std::int64_t batch) {
    return (static_cast<std::int64_t>(samples) + batch - 1) / batch;
}

}  // namespace

struct BatchLoader::State {
    State(std::shared_ptr<const Recipe> made, std::int64_t firstBatch, std::int64_t count, std::size_t threads)
        : recipe(std::move(made)),
          batchCount(count),
          first(firstBatch),
          places((count - firstBatch + recipe->options.stride - 1) / recipe->options.stride),
          queue(0, places, static_cast<std::int64_t>(threads) + 2) {
        for (std::size_t i = 0; i < threads; ++i)
            workers.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }

    /// Some rows to fill; none of a batch that holds none.
    struct Claim {
        std::shared_ptr<Underway> underway;
        std::size_t firstRow = 0, endRow = 0;
    };

    /// The next rows; begins a batch where all rows are taken. Nothing at the end or after a stop request.
    std::optional<Claim> claim(const std::stop_token& stop) {
        const std::lock_guard lock(claims);
        if (!current || current->nextRow == current->rows.size()) {
            if (nextToBegin == places || !queue.waitForRoom(nextToBegin, stop)) return std::nullopt;
            current = std::make_shared<Underway>();
            current->place = nextToBegin++;
            const std::int64_t number = first + current->place * recipe->options.stride;
            current->range = recipe->wanted(number);
            current->rows = recipe->rowsFor(number, current->range);
            current->batch = recipe->empty(number, current->range, current->rows.size());
            current->problems.resize(current->rows.size());
            if (const std::int64_t next = number + recipe->options.stride; next < batchCount)
                current->soon = recipe->rowsFor(next, recipe->wanted(next));
        }
        Claim claim{current, current->nextRow, std::min(current->nextRow + rowsAtATime, current->rows.size())};
        current->nextRow = claim.endRow;
        return claim;
    }

    void work(const std::stop_token& stop) {
        while (const auto claimed = claim(stop)) {
            Underway& underway = *claimed->underway;
            const std::int64_t next = underway.batch.number + recipe->options.stride;
            for (std::size_t row = claimed->firstRow; row < std::min(claimed->endRow, underway.soon.size()); ++row)
                recipe->expect(next, underway.soon[row]);
            for (std::size_t row = claimed->firstRow; row < claimed->endRow; ++row) {
                if (stop.stop_requested()) return;
                underway.problems[row] = recipe->fillRow(underway.batch, underway.rows[row], row);
            }
            const std::size_t filled = claimed->endRow - claimed->firstRow;
            if ((underway.filledRows += filled) == underway.rows.size()) hand(underway, stop);
        }
    }

    /// By the worker that filled the last row.
    void hand(Underway& underway, const std::stop_token& stop) {
        recipe->finish(underway.batch, underway.range, underway.rows);
        LoadedBatch loaded{std::move(underway.batch), {}};
        for (std::optional<FileProblem>& problem : underway.problems)
            if (problem) loaded.problems.push_back(*std::move(problem));
        queue.push(underway.place, std::move(loaded), stop);
    }

    ~State() {
        // All at once, so that they end side by side and not one after the other.
        for (std::jthread& worker : workers) worker.request_stop();
    }

    const std::shared_ptr<const Recipe> recipe;
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
    m_state = std::make_unique<State>(
        std::make_shared<const Recipe>(index, std::move(samples), preprocess, options, cache), first, count, threads);
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
    Stopwatches& watches = m_state->recipe->watches;
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
