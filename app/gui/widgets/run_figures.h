// RunFigures: the large numbers of a run: accuracy, loss, epoch, speed, time left; fed with its events.
#pragma once

#include <QWidget>
#include <optional>

#include "model/train/event.h"

namespace lemnos {

class StatCard;

class RunFigures : public QWidget {
    Q_OBJECT

  public:
    explicit RunFigures(QWidget* parent = nullptr);
    /// Takes what the numbers say of it; other events change nothing.
    void take(const Event& event);
    void clear();
    /// The run has come to its end, and this is what it reached.
    void finish(const FinishedEvent& event);
    /// The run has come to its end without that.
    void fail();

  private:
    void showStarted(const StartedEvent& event);
    void showProgress(const ProgressEvent& event);
    void showEpoch(const EpochEvent& event);

    /// Value and remark of the two cards of the validation.
    void showValidation(const Metrics& validation, const Metrics* train, const QString& best);

    StatCard *m_score, *m_loss, *m_epoch, *m_speed, *m_timeLeft;
    std::int64_t m_epochs = 0;
    std::optional<EpochEvent> m_best;
    BestBy m_bestBy = BestBy::accuracy;
};

}  // namespace lemnos
