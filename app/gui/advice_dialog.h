// AdviceDialog: what training with other PCs would bring: all are measured, each way to train is shown with its
// arithmetic, and one may be taken over.
#pragma once

#include <QDialog>
#include <QTemporaryFile>
#include <memory>

#include "app/session/cli_call.h"
#include "model/together/advisor.h"
#include "model/train/run_spec.h"

class QCheckBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QTableWidget;

namespace lemnos {

/// Begins at once, and deletes itself when it is closed, which ends the measurement.
class AdviceDialog : public QDialog {
    Q_OBJECT

  public:
    explicit AdviceDialog(const RunSpec& spec, QWidget* parent = nullptr);

  signals:
    /// The user wants to train so: the settings that differ, and whether other PCs take part.
    void chosen(const lemnos::ParamMap& settings, bool withOthers);

  private:
    void makeWays();
    void start(const RunSpec& spec);
    void handleLine(const QByteArray& line);
    void showAdvice(const Advice& advice);
    void showWay();
    void use();
    void end(const QString& sentence, bool isError);
    const TeamMode* way() const;

    CliCall m_call;
    std::unique_ptr<QTemporaryFile> m_order;
    Advice m_advice;
    QLabel *m_sentences, *m_pcs, *m_arithmetic;
    QTableWidget* m_ways;
    QCheckBox* m_accept;
    QProgressBar* m_bar;
    QPushButton *m_use, *m_close;
};

}  // namespace lemnos
