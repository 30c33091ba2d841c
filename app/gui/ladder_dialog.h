// LadderDialog: whether the network is the limit: three networks trained briefly, their accuracies, and a sentence.
#pragma once

#include <QDialog>
#include <QTemporaryFile>
#include <memory>

#include "app/session/cli_call.h"
#include "model/sweep/sweep_table.h"

class QLabel;
class QProgressBar;
class QPushButton;

namespace lemnos {

class LadderChart;

/// Begins at once, and deletes itself when it is closed, which ends what still trains.
class LadderDialog : public QDialog {
    Q_OBJECT

  public:
    LadderDialog(const RunSpec& spec, const QString& networkName, QWidget* parent = nullptr);

  signals:
    /// A network of the ladder has come to an end: there is another run.
    void runsChanged();

  private:
    void start(const RunSpec& spec);
    void handleLine(const QByteArray& line);
    void end(const QString& sentence, bool isError);

    CliCall m_call;
    std::unique_ptr<QTemporaryFile> m_order;
    SweepTable m_table;
    LadderChart* m_chart;
    QLabel* m_sentence;
    QProgressBar* m_bar;
    QPushButton* m_close;
};

}  // namespace lemnos
