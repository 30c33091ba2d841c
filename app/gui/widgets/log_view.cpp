// LogView: events as lines.
#include "app/gui/widgets/log_view.h"

#include <QFontDatabase>
#include <QTime>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/param_editor.h"
#include "model/phrased_error.h"

namespace lemnos {

namespace {

constexpr int maxLines = 10'000;

}  // namespace

LogView::LogView(QWidget* parent) : QPlainTextEdit(parent) {
    setObjectName(QStringLiteral("logView"));
    setAccessibleName(tr("Log"));
    setReadOnly(true);
    setMaximumBlockCount(maxLines);
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(text_size::small);
    setFont(font);
    setPlaceholderText(tr("What a run has to say appears here."));
}

void LogView::appendLine(const QString& text, LogEvent::Level level) {
    const QString prefix = level == LogEvent::Level::warning ? tr("warning: ")
                           : level == LogEvent::Level::error ? tr("error: ")
                                                             : QString();
    appendPlainText(QTime::currentTime().toString(QStringLiteral("HH:mm:ss  ")) + prefix + text);
}

QString LogView::controlText(const RunCommand& command) {
    using Kind = RunCommand::Kind;
    switch (command.kind) {
        case Kind::pause:
            return tr("paused, with a checkpoint");
        case Kind::goOn:
            return tr("going on");
        case Kind::stop:
            return tr("stopping, with a checkpoint");
        case Kind::stopAfterEpoch:
            return tr("stopping when this epoch is complete");
        case Kind::checkpoint:
            return tr("checkpoint saved");
        case Kind::learningRate:
            return tr("learning rate %1 from now on").arg(formatLoss(command.value));
        case Kind::epochs:
            return tr("%1 epochs in all").arg(formatCount(std::int64_t(command.value)));
    }
    return {};
}

void LogView::append(const Event& event) {
    if (const auto* started = std::get_if<StartedEvent>(&event.what)) {
        appendLine(tr("%1 on %2: %3 parameters, %4 pictures to train and %5 to validate on")
                       .arg(QString::fromStdString(started->network), QString::fromStdString(started->device),
                            formatCount(started->parameters), formatCount(started->trainCount),
                            formatCount(started->validationCount)));
        appendLine(tr("run folder %1").arg(QString::fromStdString(started->run)));
    } else if (const auto* phase = std::get_if<PhaseEvent>(&event.what)) {
        const QString text = translated(phraseOf(phase->text));
        if (text != m_lastPhase) appendLine(text);
        m_lastPhase = text;
    } else if (const auto* epoch = std::get_if<EpochEvent>(&event.what)) {
        appendLine(tr("epoch %1: loss %2, accuracy %3; validation loss %4, accuracy %5%6")
                       .arg(formatCount(epoch->epoch), formatLoss(epoch->train.loss),
                            formatPercent(epoch->train.accuracy), formatLoss(epoch->validation.loss),
                            formatPercent(epoch->validation.accuracy), epoch->best ? tr(", best so far") : QString()));
    } else if (const auto* log = std::get_if<LogEvent>(&event.what)) {
        appendLine(translated(phraseOf(log->text)), log->level);
    } else if (const auto* control = std::get_if<ControlEvent>(&event.what)) {
        appendLine(controlText(control->command));
    } else if (const auto* finished = std::get_if<FinishedEvent>(&event.what)) {
        appendLine(tr("ended after %1 epochs (%2)")
                       .arg(formatCount(finished->epochs), QString::fromStdString(finished->reason)));
    } else if (const auto* failed = std::get_if<FailedEvent>(&event.what)) {
        appendLine(errorText(failed->message), LogEvent::Level::error);
    }
}

}  // namespace lemnos
