// lemnos-cli code: a network as a program of another framework.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/training_options.h"
#include "model/exchange/python_code.h"
#include "model/files.h"
#include "model/templates/template.h"

namespace lemnos::commands {

namespace {

struct Options {
    std::string framework, templateName, model, size, out;
    int channels = 3;
    std::int64_t classes = 10;
};

Status run(const Options& options) {
    Shape picture = trainingShape({}, {}, false);
    if (const auto size = parsePictureSize(options.size)) picture = Shape{size->second, size->first, 3};
    const PlanRequest request{.input = Shape{picture[0], picture[1], options.channels}, .classes = options.classes};
    TRY(const Graph graph,
        options.model.empty()
            ? graphFromTemplate(options.templateName.empty() ? "mlp512" : options.templateName, request.input)
            : readGraphFile(options.model));
    TRY(const std::string code, pythonCode(*findPythonFramework(options.framework), graph, request));
    if (!options.out.empty()) return writeAtomically(options.out, code);
    std::fputs(code.c_str(), stdout);
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("code", "Print a network as a program for PyTorch or Keras");
    const auto options = std::make_shared<Options>();
    std::vector<std::string> names;
    for (const PythonFramework& framework : pythonFrameworks()) names.emplace_back(framework.name);
    command->add_option("--framework", options->framework, "pytorch or keras")->required()->check(CLI::IsMember(names));
    addNetworkOptions(*command, options->templateName, options->model);
    addSizeOption(*command, options->size);
    command->add_option("--channels", options->channels, "1 is grey, 3 is colour [3]")->check(CLI::IsMember({1, 3}));
    command->add_option("--classes", options->classes, "Number of classes [10]")->check(CLI::Range(2, 1000000));
    command->add_option("--out", options->out, "Write it to this file instead")->type_name("FILE");
    command->footer(
        "Examples:\n  lemnos-cli code --framework pytorch --template resnet20 --size 32\n"
        "  lemnos-cli code --framework keras --model network.json --out network.py\n"
        "The program has a function load_weights() for the weights.safetensors of a run.");
    command->callback([options] { finish(run(*options)); });
}

}  // namespace

extern const Command code{.order = 45, .add = add};

}  // namespace lemnos::commands
