// lemnos-cli find-rate: tries learning rates on a network and suggests one.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"
#include "app/cli/training_options.h"
#include "model/train/lr_finder.h"

namespace lemnos::commands {

namespace {

constexpr std::size_t rowsShown = 25;

nlohmann::json toJson(const RateFinding& finding) {
    nlohmann::json points = nlohmann::json::array();
    for (const RatePoint& point : finding.points) points.push_back({{"rate", point.rate}, {"loss", point.loss}});
    return {{"points", points}, {"suggestion", finding.suggestion}};
}

void print(const RateFinding& finding) {
    std::vector<std::vector<std::string>> rows{{"LEARNING RATE", "LOSS"}};
    const std::size_t every = (finding.points.size() + rowsShown - 1) / rowsShown;
    for (std::size_t i = 0; i < finding.points.size(); i += every) {
        char rate[32];
        std::snprintf(rate, sizeof rate, "%.2e", finding.points[i].rate);
        rows.push_back({rate, withDigits(finding.points[i].loss, 4)});
    }
    printTable(rows);
    if (finding.suggestion > 0) {
        char rate[32];
        std::snprintf(rate, sizeof rate, "%.1e", finding.suggestion);
        printLine("The loss falls fastest at " + std::string(rate) + ": try --lr " + rate);
    } else {
        printLine("The loss did not fall at any rate; try more steps or a higher --high.");
    }
}

Status run(const TrainingOptions& options, const RateSearch& search) {
    const Interruption interruption;
    TRY(RunSpec spec, runSpecFrom(options));
    const auto tell = [](const Event& event) { printLine(toLine(event)); };
    TRY(const RateFinding finding,
        findRate(std::move(spec), search, options.events ? EventSink(tell) : EventSink(), interruption.token()));
    if (options.events)
        printLine(toJson(finding).dump());  // the last line
    else if (options.json)
        printJson(toJson(finding));
    else
        print(finding);
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("find-rate", "Try learning rates and suggest one");
    const auto options = std::make_shared<TrainingOptions>();
    const auto search = std::make_shared<RateSearch>();
    addTrainingOptions(*command, *options);
    command->add_option("--steps", search->steps, "Steps to take [100]")->type_name("N");
    command->add_option("--low", search->low, "First learning rate [1e-07]")->type_name("X");
    command->add_option("--high", search->high, "Last learning rate [10]")->type_name("X");
    command->footer(
        "Examples:\n"
        "  lemnos-cli find-rate --data flowers\n"
        "  lemnos-cli find-rate --data flowers --template mlp512 --optimizer sgd --steps 200 --json");
    command->callback([options, search] {
        if (options->data.empty() && options->spec.empty()) {
            throw CLI::RequiredError("--data DIR (or --spec FILE)");
        }
        finish(run(*options, *search));
    });
}

}  // namespace

extern const Command find_rate{.order = 55, .add = add};

}  // namespace lemnos::commands
