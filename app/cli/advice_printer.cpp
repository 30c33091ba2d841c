#include "app/cli/advice_printer.h"

#include "app/cli/output.h"
#include "model/option_name.h"
#include "model/together/advisor_words.h"

namespace lemnos {
namespace {

void printPcs(const TeamFacts& facts) {
    std::vector<std::vector<std::string>> rows{{"PC", "A BATCH", "A SHARD", "LINK"}};
    for (const MeasuredPc& pc : facts.pcs)
        rows.push_back({pc.name.empty() ? "this PC" : pc.name, secondsText(pc.stepSeconds),
                        secondsText(pc.shardSeconds),
                        pc.bytesPerSecond > 0 ? megabytesText(pc.bytesPerSecond) + "/s" : "-"});
    printTable(rows);
    printLine("Batches are of " + std::to_string(facts.batch) + " pictures, shards of " + std::to_string(facts.shard) +
              "; there and back takes " + secondsText(2 * facts.hopSeconds) + ".");
}

/// What is to be typed for a mode, beside the names of the PCs.
std::string optionsOf(const TeamMode& mode, const TeamMode& alone) {
    std::string options;
    const ParamMap usual = settingsOf(alone);
    for (const auto& [key, value] : settingsOf(mode))
        if (value != usual.at(key)) options += " " + optionName(key) + " " + toString(value);
    return options;
}

}  // namespace

void printAdvice(const Advice& advice) {
    printPcs(advice.facts);
    printLine("");
    std::vector<std::vector<std::string>> rows{{"WAY", "PICTURES/S", "SPEED", "OPTIONS"}};
    const TeamMode& alone = advice.modes.front();
    for (const TeamMode& mode : advice.modes) {
        const std::string options = optionsOf(mode, alone);
        rows.push_back({worded(mode.name), speedText(mode.imagesPerSecond), timesText(mode.speedUp) + " x",
                        options.empty() ? "-" : options.substr(1)});
    }
    printTable(rows);
    printLine("");
    for (const TeamMode& mode : advice.modes) {
        printLine(worded(mode.name) + ": " + worded(mode.arithmetic));
        for (const Phrase& change : mode.changes) printLine("  Not the same training: " + worded(change));
    }
    printLine("");
    for (const Phrase& sentence : advice.sentences) printLine(worded(sentence));
}

}  // namespace lemnos
