#include "model/together/advisor_words.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace lemnos {
namespace {

std::string withDigits(double number, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, number);
    return text;
}

/// Three figures at the most.
std::string shortNumber(double number) {
    return withDigits(number, number < 9.995 ? 2 : number < 99.95 ? 1 : 0);
}

Phrase name(std::string text) {
    return Phrase::name(std::move(text));
}

/// What a PC sends, and as much receives, for a sum.
double sumBytes(const TeamFacts& facts, SumFormat wire, std::int64_t numbers) {
    const auto pcs = static_cast<double>(facts.pcs.size());
    return 2 * (pcs - 1) / pcs * static_cast<double>(encodedBytes(wire, static_cast<std::size_t>(numbers)));
}

Phrase amount(const TeamFacts& facts, SumFormat wire) {
    return name(megabytesText(sumBytes(facts, wire, facts.learnt())));
}

/// At which sums were measured.
Phrase rate(const TeamFacts& facts, SumFormat wire) {
    const double seconds = facts.secondsPerNumber[static_cast<std::size_t>(wire)] * double(facts.learnt());
    return name(megabytesText(seconds > 0 ? sumBytes(facts, wire, facts.learnt()) / seconds : 0));
}

Phrase nameOfWire(SumFormat wire) {
    return name(sumFormatNames()[static_cast<std::size_t>(wire)]);
}

}  // namespace

std::string secondsText(double seconds) {
    return seconds < 0.9995 ? shortNumber(seconds * 1e3) + " ms" : shortNumber(seconds) + " s";
}

std::string megabytesText(double bytes) {
    return shortNumber(bytes / 1e6) + " MB";
}

std::string timesText(double times) {
    return withDigits(times, times < 0.00095 ? 4 : times < 0.0095 ? 3 : times < 0.095 ? 2 : times < 9.95 ? 1 : 0);
}

std::string speedText(double imagesPerSecond) {
    if (imagesPerSecond < 99.5) return shortNumber(imagesPerSecond);
    std::string text = withDigits(imagesPerSecond, 0);
    for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

Phrase nameWords(const TeamMode& mode, const TeamFacts& facts) {
    switch (mode.kind) {
        case TeamMode::Kind::alone:
            return {LEMNOS_TEXT("This PC alone")};
        case TeamMode::Kind::steps:
            if (mode.accumulate > facts.accumulate)
                return {LEMNOS_TEXT("Every %1 batches together, %2"),
                        {name(std::to_string(mode.accumulate)), nameOfWire(mode.wire)}};
            return {LEMNOS_TEXT("Every step together, %1"), {nameOfWire(mode.wire)}};
        case TeamMode::Kind::rounds:
            break;
    }
    return {LEMNOS_TEXT("%1 local steps, %2"), {name(std::to_string(mode.localSteps)), nameOfWire(mode.wire)}};
}

Phrase aloneWords(const TeamFacts& facts) {
    return {LEMNOS_TEXT("A batch of %1 pictures takes this PC %2."),
            {name(std::to_string(facts.batch)), name(secondsText(facts.secondsAlone(facts.own().name)))}};
}

Phrase stepsWords(const TeamMode& mode, const TeamFacts& facts, double share, double sums, double whole) {
    const std::string pictures = std::to_string(mode.accumulate * facts.batch);
    if (mode.accumulate > facts.accumulate)
        return {
            LEMNOS_TEXT("Each PC takes its share of %1 batches in %2. Then it sends and receives %3 of gradients at %4 "
                        "per second, which takes %5. Some of it overlaps: %6 pictures take %7."),
            {name(std::to_string(mode.accumulate)), name(secondsText(share * double(mode.accumulate))),
             amount(facts, mode.wire), rate(facts, mode.wire), name(secondsText(sums)), name(pictures),
             name(secondsText(whole))}};
    return {LEMNOS_TEXT(
                "Each PC takes its share of a batch in %1, and sends and receives %2 of gradients at %3 per second, "
                "which takes %4. Some of it overlaps: %5 pictures take %6."),
            {name(secondsText(share * double(mode.accumulate))), amount(facts, mode.wire), rate(facts, mode.wire),
             name(secondsText(sums)), name(pictures), name(secondsText(whole))}};
}

Phrase roundsWords(const TeamMode& mode, const TeamFacts& facts, double whole) {
    const double step = std::ranges::max(facts.pcs, {}, &MeasuredPc::stepSeconds).stepSeconds;
    return {
        LEMNOS_TEXT(
            "Each PC takes %1 steps of at most %2 by itself. Then it sends and receives %3 of weights at %4 per "
            "second, which takes %5: %6 pictures take %7. What the optimizer keeps is shared after each pass, which "
            "takes %8."),
        {name(std::to_string(mode.localSteps)), name(secondsText(step)), amount(facts, mode.wire),
         rate(facts, mode.wire), name(secondsText(sumSeconds(facts, mode.wire, facts.learnt()))),
         name(std::to_string(mode.localSteps * facts.batch * static_cast<std::int64_t>(facts.pcs.size()))),
         name(secondsText(whole)), name(secondsText(takeOverSeconds(facts)))}};
}

Phrase roundingWords(SumFormat wire) {
    if (wire == SumFormat::int8)
        return {LEMNOS_TEXT(
            "Numbers are rounded to 8 bits on their way between PCs; what that leaves out goes with the next "
            "sum.")};
    return {
        LEMNOS_TEXT("Numbers are rounded to 16 bits on their way between PCs; what that leaves out goes with the next "
                    "sum.")};
}

Phrase accumulateWords(const TeamMode& mode, const TeamFacts& facts) {
    return {
        LEMNOS_TEXT("Weights change once every %1 pictures in place of every %2."),
        {name(std::to_string(mode.accumulate * facts.batch)), name(std::to_string(facts.accumulate * facts.batch))}};
}

Phrase localStepsWords(std::int64_t localSteps) {
    return {LEMNOS_TEXT("Each PC learns by itself for %1 steps before all take the mean of their weights."),
            {name(std::to_string(localSteps))}};
}

std::vector<Phrase> adviceWords(const Advice& advice) {
    const std::vector<TeamMode>& modes = advice.modes;
    const TeamMode &own = modes.front(), &best = modes[advice.best];
    std::vector<Phrase> sentences;
    double fastest = 0;  // of the same training, with others
    for (const TeamMode& mode : modes)
        if (mode.kind != TeamMode::Kind::alone && mode.isSame()) fastest = std::max(fastest, mode.speedUp);
    const MeasuredPc& fastestPc = advice.facts.fastestAlone();
    const double timesOwn =
        advice.facts.secondsAlone(advice.facts.own().name) / advice.facts.secondsAlone(fastestPc.name);
    if (advice.best != 0)
        sentences.push_back({LEMNOS_TEXT("Train together (%1): %2 pictures per second in place of %3, and the same "
                                         "training."),
                             {best.name, name(speedText(best.imagesPerSecond)), name(speedText(own.imagesPerSecond))}});
    else if (fastest < 1)
        sentences.push_back(
            {LEMNOS_TEXT("Stay on this PC: with the others, the same training would be slower, %1 times as "
                         "fast at best."),
             {name(timesText(fastest))}});
    else
        sentences.push_back(
            {LEMNOS_TEXT("Stay on this PC: with the others, the same training would be %1 times as fast at "
                         "best, which is not worth their time."),
             {name(timesText(fastest))}});
    if (timesOwn > worthSpeedUp && !fastestPc.name.empty())
        sentences.push_back({LEMNOS_TEXT("'%1' alone is %2 times as fast as this PC: consider starting the run there."),
                             {name(fastestPc.name), name(timesText(timesOwn))}});
    if (advice.bestChanged) {
        const TeamMode& changed = modes[*advice.bestChanged];
        sentences.push_back(
            {LEMNOS_TEXT("If it need not be quite the same training: '%1' trains %2 pictures per second, %3 "
                         "times as many as the fastest PC alone. Compare the accuracy."),
             {changed.name, name(speedText(changed.imagesPerSecond)), name(timesText(changed.speedUp))}});
    } else if (advice.best == 0) {
        sentences.push_back(
            {LEMNOS_TEXT("Nor would it help to change the training a little: no way to share it is %1 times "
                         "as fast as the fastest PC alone."),
             {name(timesText(worthSpeedUp))}});
    }
    return sentences;
}

Phrase heldUpWords(const MeasuredPc& pc, double imagesPerSecond) {
    return {
        LEMNOS_TEXT("'%1' holds the others up, by its link or its speed: without it, they would reach %2 pictures per "
                    "second."),
        {name(pc.name), name(speedText(imagesPerSecond))}};
}

}  // namespace lemnos
