// LadderChart: a bar for the accuracy of each network.
#pragma once

#include <QWidget>
#include <optional>
#include <vector>

namespace lemnos {

class LadderChart : public QWidget {
    Q_OBJECT

  public:
    struct Bar {
        QString name, remark;         ///< remark: "training", "waiting", where there is no value
        std::optional<double> value;  ///< 0 to 1
        bool own = false;             ///< the user's: in the accent colour
    };

    explicit LadderChart(QWidget* parent = nullptr);
    void setBars(std::vector<Bar> bars);
    const std::vector<Bar>& bars() const { return m_bars; }
    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    std::vector<Bar> m_bars;
};

}  // namespace lemnos
