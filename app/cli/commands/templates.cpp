// lemnos-cli templates: the networks that come with the program.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/run_argument.h"
#include "model/templates/template.h"

namespace lemnos::commands {

namespace {

Status run(bool json) {
    nlohmann::json list = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows;
    for (const TemplateType* type : graphTemplates()) {
        TRY(const Graph graph, graphFromTemplate(type->name));
        list.push_back({{"name", type->name}, {"summary", type->summary}, {"graph", toJson(graph)}});
        rows.push_back({std::string(type->name), std::string(type->summary)});
    }
    if (json) {
        printJson(list);
    } else {
        printTable(rows);
    }
    return {};
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("templates", "List the networks that come with the program");
    const auto json = std::make_shared<bool>(false);
    addJsonFlag(*command, *json);
    command->footer(
        "Examples:\n  lemnos-cli templates\n  lemnos-cli templates --json\n"
        "The \"graph\" of a template, saved to a file and changed, is what train --model takes.");
    command->callback([json] { finish(run(*json)); });
}

}  // namespace

extern const Command templates{.order = 40, .add = add};

}  // namespace lemnos::commands
