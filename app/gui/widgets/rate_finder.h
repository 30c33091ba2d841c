// RateFinder: tries learning rates in a process of its own, shows what the loss did, and offers the best one.
#pragma once

#include <qcustomplot.h>

#include <QDialog>
#include <QTemporaryFile>
#include <memory>

#include "app/session/cli_call.h"
#include "model/train/lr_finder.h"
#include "model/train/run_spec.h"

class QLabel;
class QProgressBar;
class QPushButton;

namespace lemnos {

/// What `lemnos-cli find-rate --events` says in its last line; an Error when it is something else.
Result<RateFinding> parseRateFinding(const QByteArray& line);

class RateFinder : public QDialog {
    Q_OBJECT

  public:
    explicit RateFinder(QWidget* parent);
    /// Opens the dialog and begins.
    void find(const RunSpec& spec);

    QCustomPlot& plot() { return *m_plot; }

  signals:
    /// The user takes this rate.
    void chosen(double rate);

  protected:
    void done(int result) override;

  private:
    void applyTheme();
    void showLine(const QByteArray& line);
    void showFinding(const RateFinding& finding);
    void showEnd(const QString& text, bool isError);

    CliCall m_call;
    std::unique_ptr<QTemporaryFile> m_spec;
    QByteArray m_last;
    double m_rate = 0;
    QCustomPlot* m_plot;
    QCPItemStraightLine* m_mark;
    QLabel* m_text;
    QProgressBar* m_bar;
    QPushButton *m_use, *m_close;
};

}  // namespace lemnos
