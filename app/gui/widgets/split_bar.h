// SplitBar: how the pictures are dealt out, as one bar in three colours.
#pragma once

#include <QWidget>
#include <array>

namespace lemnos {

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
