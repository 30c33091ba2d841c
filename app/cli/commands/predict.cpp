// lemnos-cli predict: what a run's network sees in pictures.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "model/data/image.h"
#include "model/files.h"
#include "model/text.h"
#include "model/train/trainer.h"

namespace lemnos::commands {

namespace {

constexpr std::size_t topCount = 5;
constexpr std::size_t imagesAtOnce = 32;

struct Options {
    std::string run, device;
    std::vector<std::string> images;
    bool json = false;
};

std::vector<std::size_t> topClasses(const std::vector<float>& probabilities) {
    std::vector<std::size_t> order(probabilities.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
    order.resize(std::min(order.size(), topCount));
    return order;
}

void printPrediction(const std::string& path, const std::vector<float>& probabilities,
                     const std::vector<std::string>& classes, bool json) {
    nlohmann::json top = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows;
    for (const std::size_t k : topClasses(probabilities)) {
        const float probability = probabilities[k];
        top.push_back({{"label", classes[k]}, {"probability", probability}});
        const auto stars = static_cast<std::size_t>(probability * 30 + 0.5f);
        rows.push_back({"  " + escaped(classes[k]), percent(double{probability}), std::string(stars, '#')});
    }
    if (json) return printJson({{"image", displayPath(path)}, {"top", std::move(top)}});
    printLine(escaped(path));
    printTable(rows);
}

void printProblem(const std::string& path, const std::string& reason, bool json) {
    if (json) return printJson({{"image", displayPath(path)}, {"error", reason}});
    printLine(escaped(path));
    printLine("  " + reason);
}

/// Predicts some pictures, in order, and returns how many of them can't be read.
Result<std::size_t> predictSome(TrainedNetwork& network, std::span<const std::string> paths, bool json) {
    std::vector<Image> images;
    std::vector<std::string> reasons(paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
        Result<Image> image = readImage(paths[i]);
        if (image) {
            images.push_back(*std::move(image));
        } else {
            reasons[i] = image.error().message;
        }
    }
    std::vector<std::vector<float>> answers;
    if (!images.empty()) {
        TRY(answers, network.probabilities(images));
    }
    std::size_t next = 0;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (reasons[i].empty()) {
            printPrediction(paths[i], answers[next++], network.spec().classes, json);
        } else {
            printProblem(paths[i], reasons[i], json);
        }
    }
    return paths.size() - images.size();
}

Status run(const Options& options) {
    TRY(const std::filesystem::path folder, findRun(options.run));
    TRY(TrainedNetwork network, TrainedNetwork::load(folder, options.device));
    std::size_t unreadable = 0;
    const std::span<const std::string> paths = options.images;
    for (std::size_t begin = 0; begin < paths.size(); begin += imagesAtOnce) {
        TRY(const std::size_t count,
            predictSome(network, paths.subspan(begin, std::min(imagesAtOnce, paths.size() - begin)), options.json));
        unreadable += count;
    }
    if (unreadable == 0) return {};
    return Error{std::to_string(unreadable) + " of " + std::to_string(paths.size()) + " pictures can't be read.", {}};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("predict", "Show what a run's network sees in pictures");
    const auto options = std::make_shared<Options>();
    addRunArgument(*command, options->run);
    command->add_option("IMAGE", options->images, "Pictures")->required();
    addDeviceOption(*command, options->device);
    addJsonFlag(*command, options->json);
    command->footer(
        "Examples:\n  lemnos-cli predict runs/flowers rose.jpg\n  lemnos-cli predict runs/flowers --json *.jpg\n"
        "Put -- before names that begin with a dash.");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command predict{.order = 80, .add = add};

}  // namespace lemnos::commands
