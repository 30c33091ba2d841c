#include "model/train/lr_finder.h"

#include <algorithm>
#include <cmath>
#include <deque>

#include "model/data/batch_loader.h"
#include "model/graph/initialise.h"
#include "model/phrased_error.h"
#include "model/train/event_log.h"
#include "model/train/prepared_run.h"
#include "model/train/run_data.h"

namespace lemnos {
namespace {

constexpr double smoothing = 0.9;  // of the loss, from step to step
constexpr double runaway = 4;      // times the lowest loss

/// The steps of one test.
class RateTest {
  public:
    RateTest(const RunSpec& spec, const RateSearch& search, Learner& learner)
        : m_search(search),
          m_learner(learner),
          m_seed(static_cast<std::uint64_t>(intParam(spec.settings, "seed"))),
          m_growth(std::pow(search.high / search.low,
                            1.0 / static_cast<double>(std::max<std::int64_t>(search.steps - 1, 1)))) {}

    std::int64_t started() const { return m_started; }
    bool done() const { return m_ranAway || m_started == m_search.steps; }
    std::vector<RatePoint> points() const { return m_points; }

    Status start(const Batch& batch, std::uint32_t epoch) {
        if (m_learner.underway() == Learner::slotCount) TRY_OK(collect());
        StepScalars scalars;
        scalars.seedLow = static_cast<std::uint32_t>(m_seed);
        scalars.seedHigh = static_cast<std::uint32_t>(m_seed >> 32);
        scalars.epoch = epoch;
        m_rates.push_back(m_search.low * std::pow(m_growth, static_cast<double>(m_started)));
        scalars.learningRate = static_cast<float>(m_rates.back());
        ++m_started;
        return m_learner.train(batch, scalars, m_started);
    }

    Status finish() {
        while (m_learner.underway() > 0) TRY_OK(collect());
        return {};
    }

  private:
    Status collect() {
        TRY(const StepResult result, m_learner.collect());
        const double rate = m_rates.front();
        m_rates.pop_front();
        if (m_ranAway || result.count == 0) return {};
        const double loss = result.lossSum / static_cast<double>(result.count);
        m_average = smoothing * m_average + (1 - smoothing) * loss;
        ++m_averaged;
        // As in Adam, the average of few steps is corrected for its start at zero.
        const double smooth = m_average / (1 - std::pow(smoothing, static_cast<double>(m_averaged)));
        m_ranAway = !std::isfinite(smooth) || (!m_points.empty() && smooth > runaway * m_lowest);
        if (m_ranAway) return {};
        m_lowest = m_points.empty() ? smooth : std::min(m_lowest, smooth);
        m_points.push_back({rate, smooth});
        return {};
    }

    const RateSearch& m_search;
    Learner& m_learner;
    std::uint64_t m_seed;
    double m_growth;
    std::deque<double> m_rates{};  // of the steps under way
    std::int64_t m_started = 0, m_averaged = 0;
    double m_average = 0, m_lowest = 0;
    bool m_ranAway = false;
    std::vector<RatePoint> m_points{};
};

Status checkSearch(const RateSearch& search) {
    if (search.steps < 10 || search.steps > 100'000)
        return phrasedError({LEMNOS_TEXT("The search takes from 10 to 100,000 steps, not %1."),
                             {Phrase::name(std::to_string(search.steps))}},
                            "steps");
    if (!(search.low > 0) || !(search.high > search.low) || !std::isfinite(search.high))
        return Error{LEMNOS_TEXT("The search goes from a learning rate above 0 up to a higher one."), "low"};
    return {};
}

}  // namespace

double steepestRate(const std::vector<RatePoint>& points) {
    const auto lowest = std::ranges::min_element(points, {}, &RatePoint::loss) - points.begin();
    // Neighbouring points differ by the noise of their batches; over a fifth of the search it is the rate that counts.
    const auto count = static_cast<std::ptrdiff_t>(points.size()), reach = std::max<std::ptrdiff_t>(count / 10, 1);
    double steepest = 0, rate = 0;
    for (std::ptrdiff_t i = reach; i + reach < count && i < lowest; ++i) {
        const RatePoint &before = points[static_cast<std::size_t>(i - reach)],
                        &after = points[static_cast<std::size_t>(i + reach)];
        const double slope = (after.loss - before.loss) / std::log(after.rate / before.rate);
        if (slope < steepest) {
            steepest = slope;
            rate = points[static_cast<std::size_t>(i)].rate;
        }
    }
    return rate;
}

Result<RateFinding> findRate(RunSpec spec, const RateSearch& search, const EventSink& sink, std::stop_token stop,
                             const DeviceOptions& deviceOptions) {
    TRY_OK(checkSearch(search));
    EventLog log(sink);
    TRY(const DatasetIndex index, dataForNewRun(spec, log, stop));
    spec.settings["accumulate"] = std::int64_t{1};
    spec.settings["ema"] = 0.0;
    log.phase(LEMNOS_TEXT("Preparing the device"));
    TRY(const PreparedRun prepared, prepareRun(spec, index, deviceOptions));
    TRY_OK(prepared.replica().writeWeights(
        initialWeights(prepared.replica().plan(), static_cast<std::uint64_t>(intParam(spec.settings, "seed")))));
    TRY_OK(prepared.learner().align());

    TRY(PixelCache cache, cacheForRun(spec, index, log, stop));
    log.phase(LEMNOS_TEXT("Trying learning rates"), 0, search.steps);
    RateTest test(spec, search, prepared.learner());
    for (std::uint32_t epoch = 0; !test.done() && !stop.stop_requested(); ++epoch) {
        BatchLoader loader(index, index.indices(Split::train), *spec.preprocess, trainingPass(spec, epoch), &cache);
        if (loader.batchCount() == 0)
            return Error{LEMNOS_TEXT("There are no training pictures to try learning rates on."), "data"};
        while (!test.done()) {
            const auto batch = loader.next(stop);
            if (!batch) break;
            TRY_OK(test.start(*batch, epoch));
            log.phase(LEMNOS_TEXT("Trying learning rates"), test.started(), search.steps);
        }
    }
    TRY_OK(test.finish());
    if (stop.stop_requested()) return Error{LEMNOS_TEXT("The search was stopped.")};
    RateFinding finding{test.points(), 0};
    finding.suggestion = steepestRate(finding.points);
    return finding;
}

}  // namespace lemnos
