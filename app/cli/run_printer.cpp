// Shows the events of a run.
#include "app/cli/run_printer.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "app/cli/output.h"

namespace lemnos {

namespace {

constexpr std::size_t barWidth = 20;

std::string bar(double share) {
    const auto filled = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * barWidth);
    return "[" + std::string(filled, '#') + std::string(barWidth - filled, '-') + "]";
}

std::size_t terminalColumns() {
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// The share of the epoch or of the phase that is done.
double shareOf(std::int64_t done, std::int64_t total) {
    return total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0;
}

std::string lossAndAccuracy(const std::string& prefix, const Metrics& metrics) {
    return prefix + "loss " + withDigits(metrics.loss, 4) + "  " + prefix + "accuracy " +
           withDigits(metrics.accuracy, 4);
}

std::string macroF1Text(const Metrics& metrics) {
    return metrics.macroF1 ? "macro F1 " + withDigits(*metrics.macroF1, 4) + "  " : "";
}

nlohmann::json toJson(const FinishedEvent& event, const std::string& run) {
    nlohmann::json json = {{"run", run},
                           {"reason", event.reason},
                           {"epochs", event.epochs},
                           {"best_epoch", event.bestEpoch},
                           {"best_validation", toJson(event.bestValidation)},
                           {"seconds", event.seconds}};
    if (event.test) json["test"] = toJson(*event.test);
    return json;
}

double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

RunOutput runOutput(bool events, bool json) {
    return events ? RunOutput::events : json ? RunOutput::result : RunOutput::automatic;
}

RunPrinter::RunPrinter(RunOutput output) : m_output(output) {
    const char* terminal = std::getenv("TERM");
    m_terminal = isatty(STDOUT_FILENO) && terminal && std::string(terminal) != "dumb";
}

EventSink RunPrinter::sink() {
    return [this](const Event& event) { print(event); };
}

void RunPrinter::print(const Event& event) {
    const std::lock_guard lock(m_mutex);
    m_ended =
        m_ended || std::holds_alternative<FinishedEvent>(event.what) || std::holds_alternative<FailedEvent>(event.what);
    if (const auto* started = std::get_if<StartedEvent>(&event.what)) m_run = started->run;
    if (const auto* finished = std::get_if<FinishedEvent>(&event.what)) m_finished = *finished;
    if (m_output == RunOutput::events) printLine(lemnos::toLine(event));
    if (m_output != RunOutput::automatic) return;
    std::visit([this](const auto& what) { show(what); }, event.what);
}

void RunPrinter::end(const Status& status) {
    if (m_lineOpen) rewrite("");
    if (m_output == RunOutput::events && !status && !m_ended) {
        print({now(), FailedEvent{status.error().message}});
    }
    if (m_output == RunOutput::result && status && m_finished) printJson(toJson(*m_finished, m_run));
}

void RunPrinter::rewrite(const std::string& text) {
    if (!m_terminal) return;
    // Cut to one line: a longer one would wrap, and only its last part could be rewritten. The texts are ASCII but for
    // phase names, so that bytes are columns.
    const std::string cut = text.substr(0, terminalColumns() - 1);
    std::fprintf(stdout, "\r\x1b[2K%s", cut.c_str());
    std::fflush(stdout);
    m_lineOpen = !text.empty();
}

void RunPrinter::line(const std::string& text) {
    if (m_lineOpen) rewrite("");
    printLine(text);
}

void RunPrinter::show(const StartedEvent& e) {
    m_epochs = e.epochs;
    m_bestBy = e.bestBy;
    line((e.resumed ? "Going on with " : "Training ") + e.network + " on " + e.device + ": " +
         withThousands(e.trainCount) + " pictures to train, " + withThousands(e.validationCount) + " to validate, " +
         withThousands(e.testCount) + " to test; " + withThousands(e.parameters) + " parameters, " +
         bytesText(e.memoryBytes) + " of device memory.");
    line("Run: " + e.run);
}

void RunPrinter::show(const ControlEvent& e) {
    std::string text = "Asked to: " + std::string(toString(e.command.kind));
    std::ranges::replace(text, '_', ' ');
    if (e.command.kind == RunCommand::Kind::learningRate) text += " " + withDigits(e.command.value, 6);
    if (e.command.kind == RunCommand::Kind::epochs)
        m_epochs = static_cast<std::int64_t>(e.command.value), text += " " + withThousands(m_epochs);
    line(text + " (after " + withThousands(e.epoch) + " epochs and " + withThousands(e.step) + " steps).");
}

void RunPrinter::show(const PhaseEvent& e) {
    if (e.total > 0) {
        rewrite(e.text + "  " + bar(shareOf(e.done, e.total)) + "  " + withThousands(e.done) + " of " +
                withThousands(e.total));
    } else {
        rewrite(e.text + " ...");
    }
    if (!m_terminal && e.text != m_phase) line(e.text + " ...");
    m_phase = e.text;
}

void RunPrinter::show(const ProgressEvent& e) {
    constexpr double worthTelling = 0.1;  // below, faster reading would change little
    const StepTimes share = e.times.shares();
    rewrite(
        "epoch " + std::to_string(e.epoch) + "/" + std::to_string(m_epochs) + "  " + bar(shareOf(e.step, e.steps)) +
        "  " + withThousands(std::llround(e.imagesPerSecond)) + " images/s  " + lossAndAccuracy("", e.train) +
        "  ETA " + duration(e.etaSeconds) +
        (share.read + share.decode > worthTelling ? "  waits for pictures " + percent(share.read + share.decode) : ""));
}

void RunPrinter::show(const EpochEvent& e) {
    m_times.add(e.times);
    const std::string total = std::to_string(e.epochs);
    std::string number = std::to_string(e.epoch);
    number.insert(0, total.size() - std::min(total.size(), number.size()), ' ');
    line("epoch " + number + "/" + total + "  " + lossAndAccuracy("", e.train) + "  " +
         (e.validation.count > 0 ? lossAndAccuracy("val ", e.validation) + "  " + macroF1Text(e.validation) : "") +
         withThousands(std::llround(e.imagesPerSecond)) + " images/s  " + duration(e.seconds) +
         (e.best ? "  best" : ""));
}

void RunPrinter::show(const LogEvent& e) {
    if (e.level == LogEvent::Level::info) return line(e.text);
    if (m_lineOpen) rewrite("");
    printError((e.level == LogEvent::Level::warning ? "Warning: " : "Error: ") + e.text);
}

void RunPrinter::show(const FinishedEvent& e) {
    const std::string reason = e.reason == "stopped"    ? "Stopped; \"lemnos-cli resume\" goes on from here"
                               : e.reason == "patience" ? "Ended, as it did not get better any more"
                                                        : "Done";
    std::string text = reason + ": " + std::to_string(e.epochs) + (e.epochs == 1 ? " epoch" : " epochs") + " in " +
                       duration(e.seconds);
    if (e.bestEpoch > 0) {
        text += ", best validation " + std::string(wordsOf(m_bestBy)) + " " +
                withDigits(valueOf(m_bestBy, e.bestValidation), 4) + " (epoch " + std::to_string(e.bestEpoch) + ")";
    }
    if (e.test) text += ", test accuracy " + withDigits(e.test->accuracy, 4);
    line(text + ".");
    if (!(m_times.total() > 0)) return;
    const StepTimes share = m_times.shares();
    line("Where the time went: read " + percent(share.read) + ", decode " + percent(share.decode) + ", upload " +
         percent(share.upload) + ", compute " + percent(share.compute) + ", sync " + percent(share.sync) + ". " +
         adviceOn(m_times));
}

}  // namespace lemnos
