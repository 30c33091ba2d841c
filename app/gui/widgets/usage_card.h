// UsageCard: a figure now, and how it was before.
#pragma once

#include <QFrame>

#include "app/gui/widgets/curve.h"

class QLabel;

namespace lemnos {

class UsageCard : public QFrame {
    Q_OBJECT

  public:
    /// `most`: what fills the height of the curve; 0: the most there was.
    UsageCard(const QString& objectName, const QString& title, double most, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    void clear();
    /// `time` in seconds, on any scale; `text` is `value` for people, and `remark` what stands below it.
    void add(double time, double value, const QString& text, const QString& remark = {});
    QString value() const;
    QString remark() const;
    int pointCount() const { return int(m_values.size()); }

  private:
    class Line;

    double m_most;
    Curve m_values;
    QLabel *m_title, *m_value, *m_remark;
    Line* m_line;
};

}  // namespace lemnos
