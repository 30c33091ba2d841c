// LogView: what a run had to say, line by line.
#pragma once

#include <QPlainTextEdit>

#include "model/train/event.h"

namespace lemnos {

class LogView : public QPlainTextEdit {
    Q_OBJECT

  public:
    explicit LogView(QWidget* parent = nullptr);
    void append(const Event& event);
    /// What the run has done.
    static QString controlText(const RunCommand& command);
    void appendLine(const QString& text, LogEvent::Level level = LogEvent::Level::info);

  private:
    QString m_lastPhase;
};

}  // namespace lemnos
