// RailButton: one step of the left rail, with a dot that says how far it is.
#pragma once

#include <QAbstractButton>
#include <QKeySequence>

#include "app/gui/project.h"

namespace lemnos {

class RailButton : public QAbstractButton {
    Q_OBJECT

  public:
    RailButton(const char* objectName, const QString& iconName, const QString& text, QWidget* parent = nullptr);
    void setReadiness(const Readiness& readiness);
    /// The key that goes to this step, for the tooltip.
    void setKey(const QKeySequence& key) { m_key = key; }
    Readiness::State state() const { return m_state; }
    QSize sizeHint() const override { return {168, 36}; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

  private:
    void paintDot(QPainter& painter) const;
    QString m_icon;
    QKeySequence m_key;
    bool m_byKeyboard = false;  ///< whether the focus came here by keys, and is worth a ring
    Readiness::State m_state = Readiness::State::empty;
};

}  // namespace lemnos
