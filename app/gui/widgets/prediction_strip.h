// PredictionStrip: a few validation pictures with what the network makes of them.
#pragma once

#include <QFrame>
#include <array>

#include "app/gui/widgets/thumbnail_loader.h"
#include "model/train/event.h"

class QLabel;

namespace lemnos {

class PredictionStrip : public QFrame {
    Q_OBJECT

  public:
    explicit PredictionStrip(QWidget* parent = nullptr);
    void clear();
    void show(const PredictionsEvent& event);

  private:
    struct Cell {
        QWidget* box;
        QLabel *picture, *name, *verdict;
    };
    void showPicture(std::size_t i);
    void refresh();

    static constexpr std::size_t cellCount = 8;
    PredictionsEvent m_event;
    ThumbnailLoader m_thumbnails;
    std::array<Cell, cellCount> m_cells{};
    QLabel* m_title;
    QLabel* m_empty;
};

}  // namespace lemnos
