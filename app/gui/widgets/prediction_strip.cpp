// PredictionStrip: a row of cells.
#include "app/gui/widgets/prediction_strip.h"

#include <filesystem>

#include "app/gui/format.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/parts.h"
#include "app/session/qt_path.h"

namespace lemnos {

namespace {

constexpr int pictureSize = 36;

}  // namespace

PredictionStrip::PredictionStrip(QWidget* parent)
    : QFrame(parent),
      m_thumbnails(readImage),
      m_title(makeLabel({}, "section")),
      m_empty(makeLabel(tr("Shown after the first epoch: eight validation pictures, always the same ones."), "small")) {
    setObjectName(QStringLiteral("predictionStrip"));
    setAccessibleName(tr("Predictions on validation pictures"));
    setProperty("role", "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 8, 8, 8);
    layout->setSpacing(6);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    for (std::size_t i = 0; i < cellCount; ++i) {
        Cell& cell = m_cells[i];
        cell = {new QWidget, new QLabel, makeElided({}, "small"), makeElided({}, "small")};
        cell.box->setObjectName(QStringLiteral("prediction%1").arg(i));
        cell.picture->setFixedSize(pictureSize, pictureSize);
        auto* box = new QHBoxLayout(cell.box);
        box->setContentsMargins(0, 0, 0, 0);
        box->setSpacing(4);
        auto* words = new QVBoxLayout;
        words->setSpacing(0);
        // Long names give way, so that the strip makes no window wider.
        for (QLabel* label : {cell.name, cell.verdict}) label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        words->addWidget(cell.name);
        words->addWidget(cell.verdict);
        box->addWidget(cell.picture);
        box->addLayout(words, 1);
        row->addWidget(cell.box, 1);
    }
    layout->addWidget(m_title);
    layout->addWidget(m_empty, 1);
    layout->addLayout(row);
    connect(&m_thumbnails, &ThumbnailLoader::ready, this, [this](quint32 key) { showPicture(key); });
    connect(&Theme::instance(), &Theme::changed, this, &PredictionStrip::refresh);
    clear();
}

void PredictionStrip::clear() {
    m_event = {};
    m_thumbnails.reset(pictureSize);
    refresh();
}

void PredictionStrip::show(const PredictionsEvent& event) {
    const auto pictures = [](const PredictionsEvent& e) {
        std::vector<std::string> paths;
        for (const Prediction& prediction : e.predictions) paths.push_back(prediction.picture);
        return paths;
    };
    if (pictures(event) != pictures(m_event)) m_thumbnails.reset(pictureSize);
    m_event = event;
    refresh();
}

void PredictionStrip::showPicture(std::size_t i) {
    if (i >= std::min(cellCount, m_event.predictions.size())) return;
    const std::filesystem::path path = m_event.predictions[i].picture;
    m_cells[i].picture->setPixmap(m_thumbnails.thumbnail(quint32(i), [path] { return path; }));
}

void PredictionStrip::refresh() {
    m_empty->setVisible(m_event.predictions.empty());
    m_title->setText(m_event.predictions.empty() ? tr("What the network makes of some pictures")
                                                 : tr("After epoch %1").arg(formatCount(m_event.epoch)));
    for (std::size_t i = 0; i < cellCount; ++i) {
        const Cell& cell = m_cells[i];
        cell.box->setVisible(i < m_event.predictions.size());
        if (!cell.box->isVisibleTo(this)) continue;
        const Prediction& prediction = m_event.predictions[i];
        const bool right = prediction.isRight();
        const QString name = QString::fromStdString(prediction.predicted);
        cell.name->setText(name);
        // A sign as well as a colour, for those who can't tell the colours apart.
        cell.verdict->setText(
            QStringLiteral("%1 %2").arg(right ? QStringLiteral("✓") : QStringLiteral("✗"),
                                        tr("%1\u2009%").arg(std::lround(prediction.probability * 100))));
        cell.verdict->setStyleSheet(QStringLiteral("color: %1").arg((right ? tokens().good : tokens().bad).name()));
        const QString file = toText(std::filesystem::path(prediction.picture).filename());
        const QString text =
            right
                ? tr("%1 is taken for %2 with %3: right").arg(file, name, formatPercent(prediction.probability))
                : tr("%1 is taken for %2 with %3: wrong, it is %4")
                      .arg(file, name, formatPercent(prediction.probability), QString::fromStdString(prediction.label));
        cell.box->setToolTip(text);
        cell.box->setAccessibleName(text);
        showPicture(i);
    }
}

}  // namespace lemnos
