#include "model/together/advisor.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/graph/shares.h"
#include "model/together/advisor_words.h"

namespace lemnos {
namespace {

constexpr double sumShare = 0.08;     // of the time of local steps, that a round's sum may take
constexpr double coveredShare = 0.7;  // of the time of a step, that its sums may take
constexpr double nearlyAsFast = 0.9;  // of the fastest mode, for one that changes less
constexpr double muchFaster = 1.1;    // than without one PC, or than the same training, to be worth a word
constexpr std::int64_t leastLocalSteps = 4;

std::int64_t batchesOf(const TeamFacts& facts) {
    return std::max<std::int64_t>(1, (facts.pictures + facts.batch - 1) / facts.batch);
}

double slowest(const TeamFacts& facts, double MeasuredPc::*what) {
    return std::ranges::max(facts.pcs, {}, what).*what;
}

/// Every PC's shards of one batch: seconds of the slowest, and of its last shard.
std::pair<double, double> shareSeconds(const TeamFacts& facts) {
    std::vector<double> speeds;
    for (const MeasuredPc& pc : facts.pcs) speeds.push_back(pc.shardSeconds > 0 ? 1 / pc.shardSeconds : 1e9);
    const auto shares = sharesFor((facts.batch + facts.shard - 1) / facts.shard, speeds);
    double longest = 0, last = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const double seconds = static_cast<double>(shares[i]) * facts.pcs[i].shardSeconds;
        if (seconds <= longest) continue;
        longest = seconds;
        last = facts.pcs[i].shardSeconds;
    }
    return {longest, last};
}

double sumOfBuckets(const TeamFacts& facts, SumFormat wire) {
    return std::accumulate(facts.buckets.begin(), facts.buckets.end(), 0.0,
                           [&](double sum, std::int64_t numbers) { return sum + sumSeconds(facts, wire, numbers); });
}

/// The order, and the numbers that all tell each other about a batch.
double orderSeconds(const TeamFacts& facts) {
    return 3 * facts.hopSeconds;
}

void addChanges(TeamMode& mode, const TeamFacts& facts) {
    if (mode.wire != SumFormat::float32) mode.changes.push_back(roundingWords(mode.wire));
    if (mode.accumulate > facts.accumulate) mode.changes.push_back(accumulateWords(mode, facts));
    if (mode.localSteps > 0) mode.changes.push_back(localStepsWords(mode.localSteps));
}

TeamMode alone(const TeamFacts& facts) {
    TeamMode mode{.accumulate = facts.accumulate};
    mode.imagesPerSecond = static_cast<double>(facts.batch) / facts.secondsAlone(facts.own().name);
    mode.name = nameWords(mode, facts);
    mode.arithmetic = aloneWords(facts);
    return mode;
}

TeamMode steps(const TeamFacts& facts, SumFormat wire, std::int64_t accumulate) {
    TeamMode mode{.kind = TeamMode::Kind::steps, .wire = wire, .accumulate = accumulate};
    const double seconds = updateSeconds(facts, wire, accumulate);
    mode.imagesPerSecond = static_cast<double>(accumulate * facts.batch) / seconds;
    mode.name = nameWords(mode, facts);
    mode.arithmetic = stepsWords(mode, facts, shareSeconds(facts).first, sumOfBuckets(facts, wire), seconds);
    addChanges(mode, facts);
    return mode;
}

TeamMode rounds(const TeamFacts& facts, SumFormat wire, std::int64_t localSteps) {
    TeamMode mode{.kind = TeamMode::Kind::rounds, .wire = wire, .localSteps = localSteps};
    const std::int64_t batches = batchesOf(facts), whole = localSteps * static_cast<std::int64_t>(facts.pcs.size());
    // The last round of an epoch takes what is left.
    double seconds = static_cast<double>(batches / whole) * roundSeconds(facts, wire, whole);
    if (batches % whole > 0) seconds += roundSeconds(facts, wire, batches % whole);
    mode.afterPassSeconds = takeOverSeconds(facts);
    seconds += mode.afterPassSeconds;
    mode.imagesPerSecond = static_cast<double>(batches * facts.batch) / seconds;
    mode.name = nameWords(mode, facts);
    mode.arithmetic = roundsWords(mode, facts, roundSeconds(facts, wire, whole));
    addChanges(mode, facts);
    return mode;
}

/// So many batches that their work covers the sum, as far as the user accepts the larger batch.
std::int64_t accumulateFor(const TeamFacts& facts, SumFormat wire) {
    const std::int64_t most = facts.largestBatch / facts.batch;
    const double wanted = std::ceil(sumOfBuckets(facts, wire) / (coveredShare * shareSeconds(facts).first));
    return static_cast<std::int64_t>(std::min(wanted, static_cast<double>(most)));
}

std::vector<TeamMode> modesFor(const TeamFacts& facts) {
    std::vector<TeamMode> modes{alone(facts)};
    std::vector<SumFormat> wires{SumFormat::float32};
    if (!facts.exact) wires.insert(wires.end(), {SumFormat::float16, SumFormat::int8});
    for (const SumFormat wire : wires) modes.push_back(steps(facts, wire, facts.accumulate));
    for (const SumFormat wire : wires) {
        const std::int64_t accumulate = accumulateFor(facts, wire);
        if (accumulate > facts.accumulate) modes.push_back(steps(facts, wire, accumulate));
    }
    const std::int64_t localSteps = localStepsFor(facts);
    // What checkTeamSettings() refuses is not offered.
    if (!facts.exact && !facts.averaged && facts.accumulate == 1 && localSteps > 1)
        for (const SumFormat wire : wires) modes.push_back(rounds(facts, wire, localSteps));
    for (TeamMode& mode : modes)
        mode.speedUp =
            mode.imagesPerSecond * facts.secondsAlone(facts.fastestAlone().name) / static_cast<double>(facts.batch);
    return modes;
}

double fastestOf(const std::vector<TeamMode>& modes) {
    return std::ranges::max(modes, {}, &TeamMode::imagesPerSecond).imagesPerSecond;
}

/// As if one PC did not take part.
TeamFacts without(TeamFacts facts, const MeasuredPc& left) {
    const double own = left.bytesPerSecond;
    std::erase_if(facts.pcs, [name = left.name](const MeasuredPc& pc) { return pc.name == name; });
    double least = 0;
    for (const MeasuredPc& pc : facts.pcs)
        if (pc.bytesPerSecond > 0) least = least > 0 ? std::min(least, pc.bytesPerSecond) : pc.bytesPerSecond;
    // Sums go at the speed of the slowest link.
    if (own > 0 && least > own)
        for (double& seconds : facts.secondsPerNumber) seconds *= own / least;
    return facts;
}

/// Who holds the others up.
std::optional<Phrase> heldUpBy(const TeamFacts& facts, const std::vector<TeamMode>& modes) {
    if (facts.pcs.size() < 3) return std::nullopt;
    std::optional<Phrase> words;
    double fastest = muchFaster * fastestOf(modes);
    for (std::size_t rank = 0; rank + 1 < facts.pcs.size(); ++rank) {
        if (facts.pcs[rank].name == facts.own().name) continue;
        const double speed = fastestOf(modesFor(without(facts, facts.pcs[rank])));
        if (speed <= fastest) continue;
        fastest = speed;
        words = heldUpWords(facts.pcs[rank], speed);
    }
    return words;
}

}  // namespace

std::int64_t TeamFacts::learnt() const {
    return std::accumulate(buckets.begin(), buckets.end(), std::int64_t{0});
}

double TeamFacts::secondsAlone(const std::string& pc) const {
    double speed = 0;
    for (const MeasuredPc& device : pcs)
        if (device.name == pc) speed += 1 / device.stepSeconds;
    return 1 / speed;
}

const MeasuredPc& TeamFacts::fastestAlone() const {
    return *std::ranges::min_element(pcs, {}, [this](const MeasuredPc& pc) { return secondsAlone(pc.name); });
}

double sumSeconds(const TeamFacts& facts, SumFormat wire, std::int64_t numbers) {
    return 2 * facts.hopSeconds + static_cast<double>(numbers) * facts.secondsPerNumber[static_cast<std::size_t>(wire)];
}

double updateSeconds(const TeamFacts& facts, SumFormat wire, std::int64_t accumulate) {
    const auto [share, lastShard] = shareSeconds(facts);
    double end = share;
    if (facts.exact) {
        // Whole numbers of 64 bits, when all is done.
        end += sumSeconds(facts, SumFormat::float32, 2 * (facts.learnt() + facts.statistics));
    } else {
        // Buckets are summed one after the other, each once backward of the last shard has filled it.
        const auto first = static_cast<double>(facts.buckets.front()), all = static_cast<double>(facts.learnt());
        double summed = 0, done = 0;
        for (const std::int64_t numbers : facts.buckets) {
            done += static_cast<double>(numbers);
            const double filled = all > first ? (done - first) / (all - first) : 1;
            const double ready = share - lastShard * (1 - facts.shareBeforeBuckets) * (1 - filled);
            summed = std::max(summed, ready) + sumSeconds(facts, wire, numbers);
        }
        end = std::max(end, summed);
        if (facts.statistics > 0) end += sumSeconds(facts, SumFormat::float32, facts.statistics);
    }
    return static_cast<double>(accumulate - 1) * (share + orderSeconds(facts)) + end + orderSeconds(facts) +
           slowest(facts, &MeasuredPc::updateSeconds);
}

double roundSeconds(const TeamFacts& facts, SumFormat wire, std::int64_t batches) {
    const auto ranks = static_cast<std::int64_t>(facts.pcs.size());
    double longest = 0;
    for (std::int64_t rank = 0; rank < ranks; ++rank) {
        const std::int64_t own = batches / ranks + (rank < batches % ranks ? 1 : 0);
        longest = std::max(longest, static_cast<double>(own) * facts.pcs[static_cast<std::size_t>(rank)].stepSeconds);
    }
    return longest + slowest(facts, &MeasuredPc::roundSeconds) + sumSeconds(facts, wire, facts.learnt()) +
           (facts.statistics > 0 ? sumSeconds(facts, SumFormat::float32, facts.statistics) : 0) + orderSeconds(facts) +
           facts.hopSeconds;
}

double takeOverSeconds(const TeamFacts& facts) {
    // A broadcast takes as long as a sum: the same bytes cross the link of whoever has them.
    return facts.stateNumbers > 0 ? sumSeconds(facts, SumFormat::float32, facts.stateNumbers) : 0;
}

std::int64_t localStepsFor(const TeamFacts& facts) {
    const double sum =
        sumSeconds(facts, SumFormat::float16, facts.learnt()) + slowest(facts, &MeasuredPc::roundSeconds);
    const double wanted = sum / (sumShare * slowest(facts, &MeasuredPc::stepSeconds));
    const auto steps =
        static_cast<std::int64_t>(std::clamp(std::ceil(wanted), double(leastLocalSteps), double(mostLocalSteps)));
    return std::min(steps, batchesOf(facts) / static_cast<std::int64_t>(facts.pcs.size()));
}

Advice advise(const TeamFacts& facts) {
    Advice advice{.facts = facts, .modes = modesFor(facts)};
    const std::vector<TeamMode>& modes = advice.modes;
    double fastestChanged = 0;
    for (std::size_t i = 1; i < modes.size(); ++i) {
        const TeamMode& mode = modes[i];
        if (mode.isSame() && mode.speedUp >= worthSpeedUp && mode.imagesPerSecond > modes[advice.best].imagesPerSecond)
            advice.best = i;
        if (!mode.isSame()) fastestChanged = std::max(fastestChanged, mode.imagesPerSecond);
    }
    for (std::size_t i = 1; i < modes.size() && !advice.bestChanged; ++i) {
        const TeamMode& mode = modes[i];
        if (!mode.isSame() && mode.speedUp >= worthSpeedUp && mode.imagesPerSecond >= nearlyAsFast * fastestChanged &&
            mode.imagesPerSecond >= muchFaster * modes[advice.best].imagesPerSecond)
            advice.bestChanged = i;
    }
    advice.sentences = adviceWords(advice);
    if (auto held = heldUpBy(facts, modes)) advice.sentences.push_back(*std::move(held));
    return advice;
}

ParamMap settingsOf(const TeamMode& mode) {
    return {{"wire", sumFormatNames()[static_cast<std::size_t>(mode.wire)]},
            {"local_steps", mode.localSteps},
            {"accumulate", mode.accumulate}};
}

}  // namespace lemnos
