// SplitBar: how the pictures are dealt out, as one bar in three colours.
#pragma once

#include <QColor>
#include <QWidget>
#include <array>

#include "model/data/dataset_index.h"

namespace lemnos {

/// The colour that stands for a part everywhere.
QColor splitColor(Split split);
/// "training", "validation", "test".
QString splitName(Split split);

class SplitBar : public QWidget {
    Q_OBJECT

  public:
    explicit SplitBar(QWidget* parent = nullptr);
    void set(std::size_t train, std::size_t validation, std::size_t test);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    std::array<std::size_t, 3> m_counts{};
};

}  // namespace lemnos
