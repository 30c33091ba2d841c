#include "app/gui/pages/run_controls.h"

#include <QLocale>
#include <QMenu>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/widgets/log_view.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "model/phrased_error.h"

namespace lemnos {

RunControls::RunControls(RunSession& session, const Dialogs& dialogs, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_dialogs(dialogs),
      m_bar(makeProgressBar("trainProgress", tr("Progress of the training"))),
      m_phase(makeLabel({}, "small")),
      m_pause(makeButton("pauseRun", tr("Pause"), {})),
      m_more(makeButton("controlRun", tr("More"),
                        tr("Stop after this epoch, change the rate, train longer, save a checkpoint"))) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    m_phase->setObjectName(QStringLiteral("trainPhase"));
    m_more->setMenu(makeMenu());
    row->addWidget(m_bar, 1);
    row->addWidget(m_phase);
    row->addWidget(m_pause);
    row->addWidget(m_more);
    hide();
    connect(m_pause, &QPushButton::clicked, this,
            [this] { ask({.kind = m_session.isPaused() ? RunCommand::Kind::goOn : RunCommand::Kind::pause}); });
    connect(&session, &RunSession::started, this, &RunControls::begin);
    connect(&session, &RunSession::event, this, &RunControls::take);
    connect(&session, &RunSession::stopping, this, [this] { m_phase->setText(tr("Saving a checkpoint…")); });
    connect(&session, &RunSession::finished, this, &QWidget::hide);
    connect(&session, &RunSession::failed, this, &QWidget::hide);
}

QMenu* RunControls::makeMenu() {
    auto* menu = new QMenu(this);
    const auto add = [&](const char* name, const QString& text, auto call) {
        QAction* action = menu->addAction(text, this, call);
        action->setObjectName(QLatin1String(name));
    };
    add("stopAfterEpoch", tr("Stop after this epoch"), [this] { ask({.kind = RunCommand::Kind::stopAfterEpoch}); });
    add("checkpointNow", tr("Save a checkpoint now"), [this] { ask({.kind = RunCommand::Kind::checkpoint}); });
    add("changeRate", tr("Change the learning rate…"), [this] {
        QString question = tr("The learning rate from now on; what the schedule makes of it stays.");
        if (m_rate > 0)
            question += QLatin1Char('\n') + tr("The last step had %1.").arg(QLocale().toString(m_rate, 'g', 4));
        const auto text = m_dialogs.askText(window(), tr("Learning rate"), question, {}, {}, true);
        bool isNumber = false;
        const double rate = text ? QLocale().toDouble(*text, &isNumber) : 0;
        if (text) ask({.kind = RunCommand::Kind::learningRate, .value = isNumber ? rate : 0});
    });
    add("changeEpochs", tr("Train for more or fewer epochs…"), [this] {
        const auto text = m_dialogs.askText(window(), tr("Epochs"), tr("How many epochs the run has in all."), {},
                                            QString::number(m_epochs), true);
        if (text) ask({.kind = RunCommand::Kind::epochs, .value = QLocale().toDouble(*text)});
    });
    return menu;
}

void RunControls::ask(const RunCommand& command) {
    const Status asked = m_session.ask(command);
    if (!asked) m_phase->setText(errorText(asked.error()));
}

void RunControls::begin() {
    m_epochs = 0;
    m_rate = 0;
    showControl({.command = {.kind = RunCommand::Kind::goOn}});
    setProgress(-1, tr("Starting…"));
    show();
}

void RunControls::setProgress(double share, const QString& text) {
    m_bar->setRange(0, share < 0 ? 0 : 1000);
    if (share >= 0) m_bar->setValue(int(share * 1000));
    m_phase->setText(text);
}

void RunControls::take(const Event& event) {
    if (const auto* started = std::get_if<StartedEvent>(&event.what)) m_epochs = started->epochs;
    if (const auto* progress = std::get_if<ProgressEvent>(&event.what)) showProgress(*progress);
    if (const auto* epoch = std::get_if<EpochEvent>(&event.what)) m_epochs = epoch->epochs;
    if (const auto* control = std::get_if<ControlEvent>(&event.what)) showControl(*control);
    if (const auto* phase = std::get_if<PhaseEvent>(&event.what)) {
        setProgress(phase->total > 0 ? double(phase->done) / double(phase->total) : -1,
                    phase->total > 0 ? tr("%1, %2 of %3")
                                           .arg(translated(phraseOf(phase->text)), formatCount(phase->done),
                                                formatCount(phase->total))
                                     : translated(phraseOf(phase->text)));
    }
}

void RunControls::showProgress(const ProgressEvent& event) {
    m_rate = event.learningRate;
    const double steps = double(std::max<std::int64_t>(1, event.steps));
    const double share =
        (double(event.epoch - 1) + double(event.step) / steps) / double(std::max<std::int64_t>(1, m_epochs));
    const StepTimes times = event.times.shares();
    const double waiting = times.read + times.decode;
    constexpr double worthTelling = 0.1;  // below, faster reading would change little
    setProgress(std::min(1.0, share), waiting > worthTelling
                                          ? tr("Training, %1 of it waiting for pictures").arg(formatPercent(waiting))
                                          : tr("Training"));
}

void RunControls::showControl(const ControlEvent& event) {
    const bool paused = m_session.isPaused();
    m_pause->setText(paused ? tr("Go on") : tr("Pause"));
    m_pause->setAccessibleName(m_pause->text());
    m_pause->setToolTip(paused ? tr("Train on") : tr("Wait, with a checkpoint, until you say go on"));
    if (event.command.kind == RunCommand::Kind::epochs) m_epochs = std::int64_t(event.command.value);
    m_phase->setText(paused ? tr("Paused") : LogView::controlText(event.command));
}

}  // namespace lemnos
