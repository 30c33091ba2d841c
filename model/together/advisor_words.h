// The sentences of the advisor.
#pragma once

#include "model/together/advisor.h"

namespace lemnos {

/// "Every step together, float16".
Phrase nameWords(const TeamMode& mode, const TeamFacts& facts);

// How the speed of a mode follows from what was measured; times in seconds.
Phrase aloneWords(const TeamFacts& facts);
/// `share` is what each PC works on a batch, `sums` what the sums of an update take, `whole` all of it.
Phrase stepsWords(const TeamMode& mode, const TeamFacts& facts, double share, double sums, double whole);
Phrase roundsWords(const TeamMode& mode, const TeamFacts& facts, double whole);

// In what a mode is not the same training.
Phrase roundingWords(SumFormat wire);
Phrase accumulateWords(const TeamMode& mode, const TeamFacts& facts);
Phrase localStepsWords(std::int64_t localSteps);

/// What to do.
std::vector<Phrase> adviceWords(const Advice& advice);
/// All would reach that speed without this PC.
Phrase heldUpWords(const MeasuredPc& pc, double imagesPerSecond);

/// "420 ms", "1.3 s".
std::string secondsText(double seconds);
/// "104 MB".
std::string megabytesText(double bytes);
/// "5.2": how many times.
std::string timesText(double times);
/// "12,345".
std::string speedText(double imagesPerSecond);

}  // namespace lemnos
