#include "app/cli/trial_process.h"

#include <string>
#include <vector>

#include "app/cli/child_process.h"
#include "model/files.h"

namespace lemnos {

namespace {

std::vector<std::string> argumentsOf(const TrialOrder& order) {
    std::vector<std::string> arguments;
    if (order.resume) {
        arguments = {"resume", order.run.string(), "--epochs", std::to_string(order.epochs)};
    } else {
        arguments = {"train", "--spec", order.spec.string(), "--run", order.run.string()};
    }
    if (!order.device.empty()) arguments.insert(arguments.end(), {"--device", order.device});
    arguments.emplace_back("--events");
    return arguments;
}

}  // namespace

Status runTrialProcess(const TrialOrder& order, const EventSink& sink, std::stop_token stop) {
    TRY(ChildProcess process, ChildProcess::start(argumentsOf(order), order.log));
    {
        // It may take as long as it needs to save a checkpoint.
        const std::stop_callback ending(stop, [&process] { process.askToEnd(); });
        while (const auto line = process.line())
            if (const auto event = eventFromLine(*line)) sink(*event);
    }
    const std::optional<int> code = process.wait();
    if (!code) return Error{"The training program crashed; " + displayPath(order.log) + " has what it said."};
    // A run that ends with code 1 has told why in its last event.
    if (*code > 1)
        return Error{"The training program ended with code " + std::to_string(*code) + "; " + displayPath(order.log) +
                     " has what it said."};
    return {};
}

}  // namespace lemnos
