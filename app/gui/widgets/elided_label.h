// ElidedLabel: one line of text that ends in … where there is no room, with the whole of it as tooltip.
#pragma once

#include <QLabel>

namespace lemnos {

class ElidedLabel : public QLabel {
    Q_OBJECT

  public:
    using QLabel::QLabel;
    QSize minimumSizeHint() const override { return {0, QLabel::minimumSizeHint().height()}; }

  protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace lemnos
