#include "app/gui/widgets/run_figures.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <cmath>

#include "app/gui/format.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/stat_card.h"

namespace lemnos {

namespace {

QString valueText(BestBy by, const Metrics& metrics) {
    return by == BestBy::loss ? formatLoss(metrics.loss) : formatPercent(valueOf(by, metrics));
}

}  // namespace

RunFigures::RunFigures(QWidget* parent)
    : QWidget(parent),
      m_score(new StatCard("validationAccuracy", tr("Validation accuracy"))),
      m_loss(new StatCard("validationLoss", tr("Validation loss"))),
      m_epoch(new StatCard("epoch", tr("Epoch"))),
      m_speed(new StatCard("speed", tr("Speed"))),
      m_timeLeft(new StatCard("timeLeft", tr("Time left"))) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    for (StatCard* card : {m_score, m_loss, m_epoch, m_speed, m_timeLeft})
        row->addWidget(card, card == m_score ? 10 : 9);  // it has the longest remark
}

void RunFigures::clear() {
    m_best.reset();
    m_epochs = 0;
    for (StatCard* card : {m_score, m_loss, m_epoch, m_speed, m_timeLeft}) card->set(QStringLiteral("–"));
}

void RunFigures::take(const Event& event) {
    if (const auto* started = std::get_if<StartedEvent>(&event.what)) showStarted(*started);
    if (const auto* progress = std::get_if<ProgressEvent>(&event.what)) showProgress(*progress);
    if (const auto* epoch = std::get_if<EpochEvent>(&event.what)) showEpoch(*epoch);
    const auto* control = std::get_if<ControlEvent>(&event.what);
    if (control && control->command.kind == RunCommand::Kind::epochs) m_epochs = std::int64_t(control->command.value);
    if (control && control->command.kind == RunCommand::Kind::pause) m_timeLeft->set(m_timeLeft->value(), tr("paused"));
}

/// The remark about the best epoch stands with the figure that it goes by; the other one has what else is known.
void RunFigures::showValidation(const Metrics& validation, const Metrics* train, const QString& best) {
    const BestBy shown = m_bestBy == BestBy::loss ? BestBy::accuracy : m_bestBy;
    const QString there = tr("at the best epoch");
    const QString f1 = validation.macroF1 ? tr("macro F1 %1").arg(formatPercent(*validation.macroF1)) : QString();
    const QString accuracy = tr("accuracy %1").arg(formatPercent(validation.accuracy));
    const QString ofTrain = !train                     ? there
                            : m_bestBy == BestBy::loss ? tr("train %1").arg(formatPercent(train->accuracy))
                                                       : tr("train %1").arg(formatLoss(train->loss));
    m_score->set(valueText(shown, validation), m_bestBy == BestBy::loss ? ofTrain : best);
    m_loss->set(formatLoss(validation.loss), m_bestBy == BestBy::loss ? best : ofTrain);
    m_score->setToolTip(shown == BestBy::macroF1 ? accuracy : f1);
}

void RunFigures::showStarted(const StartedEvent& event) {
    m_epochs = event.epochs;
    m_bestBy = event.bestBy;
    m_score->setTitle(translated(std::string(titleOf(m_bestBy == BestBy::loss ? BestBy::accuracy : m_bestBy))));
    m_epoch->set(tr("0 / %1").arg(formatCount(event.epochs)),
                 tr("%1 steps each").arg(formatCount(event.stepsPerEpoch)));
    m_speed->set(QStringLiteral("–"), QString::fromStdString(event.device));
}

void RunFigures::showProgress(const ProgressEvent& event) {
    m_epoch->set(tr("%1 / %2").arg(formatCount(event.epoch), formatCount(m_epochs)),
                 tr("step %1 of %2").arg(formatCount(event.step), formatCount(event.steps)));
    m_speed->set(tr("%1 /s").arg(formatCount(std::llround(event.imagesPerSecond))), m_speed->remark());
    const QDateTime end = QDateTime::currentDateTime().addSecs(qint64(event.etaSeconds));
    m_timeLeft->set(formatDuration(event.etaSeconds), tr("done at %1").arg(end.toString(QStringLiteral("HH:mm"))));
    if (!m_best) m_loss->set(m_loss->value(), tr("train %1").arg(formatLoss(event.train.loss)));
}

void RunFigures::showEpoch(const EpochEvent& event) {
    m_epochs = event.epochs;
    if (event.best || !m_best) m_best = event;
    showValidation(
        event.validation, &event.train,
        event.epoch == m_best->epoch
            ? tr("best so far")
            : tr("best %1, epoch %2").arg(valueText(m_bestBy, m_best->validation), formatCount(m_best->epoch)));
    m_epoch->set(tr("%1 / %2").arg(formatCount(event.epoch), formatCount(event.epochs)),
                 tr("%1 each").arg(formatDuration(event.seconds)));
    m_speed->set(tr("%1 /s").arg(formatCount(std::llround(event.imagesPerSecond))), m_speed->remark());
}

void RunFigures::finish(const FinishedEvent& event) {
    showValidation(event.bestValidation, nullptr, tr("best, epoch %1").arg(formatCount(event.bestEpoch)));
    m_epoch->set(tr("%1 / %2").arg(formatCount(event.epochs), formatCount(std::max(event.epochs, m_epochs))),
                 event.reason == "completed"  ? tr("completed")
                 : event.reason == "patience" ? tr("no more progress")
                                              : tr("stopped"));
    m_timeLeft->set(formatDuration(0), tr("took %1").arg(formatDuration(event.seconds)));
}

void RunFigures::fail() {
    m_timeLeft->set(QStringLiteral("–"));
}

}  // namespace lemnos
