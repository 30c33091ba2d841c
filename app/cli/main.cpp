// lemnos-cli: everything that Lemnos can do, for terminals and scripts.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <clocale>
#include <csignal>
#include <vector>

#include "app/cli/command.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"

namespace {

using namespace lemnos;

constexpr int usageError = 2;

void addCommands(CLI::App& app) {
    const std::span<const Command* const> list = commandList();
    std::vector<const Command*> commands(list.begin(), list.end());
    std::sort(commands.begin(), commands.end(), [](const Command* a, const Command* b) { return a->order < b->order; });
    for (const Command* command : commands) command->add(app);
}

/// CLI11's message as a sentence, with the place where help is.
int reportUsage(const CLI::App& app, const CLI::ParseError& error) {
    std::string message = error.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    while (!message.empty() && (message.back() == '.' || message.back() == ' ')) message.pop_back();
    std::string command = "lemnos-cli";
    for (const CLI::App* sub : app.get_subcommands()) command += " " + sub->get_name();
    printError(message + ". See " + command + " --help.");
    return usageError;
}

}  // namespace

int main(int argc, char** argv) {
    // A run goes on when nobody reads what it prints.
    std::signal(SIGPIPE, SIG_IGN);
    // Only for the width of characters; numbers stay as they are in JSON.
    std::setlocale(LC_CTYPE, "C.UTF-8");

    CLI::App app("Lemnos trains image classifiers from a folder of class folders.", "lemnos-cli");
    app.set_version_flag("--version", "Lemnos " LEMNOS_VERSION);
    app.add_flag_callback(untilInputEnds, &stopWhenInputEnds)->group("");
    app.require_subcommand(1);
    app.footer(
        "Run \"lemnos-cli COMMAND --help\" for the options and examples of a command.\n"
        "Exit codes: 0 done, 1 failed, 2 wrong usage.");
    addCommands(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::RuntimeError& error) {
        return error.get_exit_code();
    } catch (const CLI::Success& success) {
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        return reportUsage(app, error);
    } catch (const std::exception& error) {
        printError(std::string("Something unexpected went wrong: ") + error.what() + ".");
        return 1;
    }
    return 0;
}
