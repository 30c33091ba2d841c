// EmptyState: a picture, one sentence, and what to press: what a page shows before there is anything to show.
#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace lemnos {

class EmptyState : public QWidget {
    Q_OBJECT

  public:
    EmptyState(const QString& pictureName, const QString& sentence, QWidget* parent = nullptr);
    void addButton(QPushButton* button);
    /// A second line, muted.
    void setRemark(const QString& text);
    /// A line in red above the buttons; empty hides it.
    void setError(const QString& text);

  private:
    void applyTheme();
    QString m_pictureName;
    QLabel* m_picture;
    QLabel* m_remark;
    QLabel* m_error;
    QHBoxLayout* m_buttons;
};

}  // namespace lemnos
