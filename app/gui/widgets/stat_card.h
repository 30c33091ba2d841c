// StatCard: one number that matters, large, with its name above and a remark below.
#pragma once

#include <QFrame>

class QLabel;

namespace lemnos {

class StatCard : public QFrame {
    Q_OBJECT

  public:
    StatCard(const char* objectName, const QString& title, QWidget* parent = nullptr);
    void setTitle(const QString& title);
    void set(const QString& value, const QString& remark = {});
    QString value() const;
    QString remark() const;

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void fitValue();

    QLabel* m_title;
    QLabel* m_value;
    QLabel* m_remark;
};

}  // namespace lemnos
