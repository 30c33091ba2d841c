// BrowseTab: searching off the GUI thread.
#include "app/gui/pages/browse_tab.h"

#include <QLineEdit>
#include <QScrollBar>
#include <QSlider>
#include <QtConcurrentRun>

#include "app/gui/format.h"
#include "app/gui/pages/data_actions.h"
#include "app/gui/project.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/thumbnail_grid.h"
#include "model/data/find_pictures.h"

namespace lemnos {

namespace {

constexpr int smallestTile = 48, largestTile = 240, usualTile = 80;
constexpr int typingPauseMs = 150;

}  // namespace

BrowseTab::BrowseTab(Project& project, const Backend& backend, DataActions& actions, QWidget* parent)
    : QWidget(parent),
      m_project(project),
      m_grid(new ThumbnailGrid(backend.readImage)),
      m_search(makeSearch("pictureSearch", tr("Search pictures by name"),
                          tr("Show only pictures whose file or folder name contains this (Ctrl+Shift+F)"),
                          QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F))),
      m_count(makeLabel({}, "small")) {
    m_count->setObjectName(QStringLiteral("pictureCount"));
    auto* zoom = new QSlider(Qt::Horizontal);
    zoom->setObjectName(QStringLiteral("zoom"));
    zoom->setAccessibleName(tr("Size of the thumbnails"));
    zoom->setToolTip(tr("Size of the thumbnails"));
    zoom->setRange(smallestTile, largestTile);
    zoom->setValue(usualTile);
    zoom->setFixedWidth(112);
    connect(zoom, &QSlider::valueChanged, m_grid, &ThumbnailGrid::setTileSize);
    m_search->setMaximumWidth(320);
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_search, 1);
    head->addWidget(m_count, 1);
    head->addWidget(zoom);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addLayout(head);
    layout->addWidget(m_grid, 1);
    actions.addTo(m_grid);

    m_pool.setMaxThreadCount(1);
    m_typing.setSingleShot(true);
    m_typing.setInterval(typingPauseMs);
    connect(&m_typing, &QTimer::timeout, this, &BrowseTab::show);
    connect(m_search, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(m_search, &QLineEdit::returnPressed, m_grid, qOverload<>(&QWidget::setFocus));
    connect(m_grid->selectionModel(), &QItemSelectionModel::selectionChanged, this, &BrowseTab::showCount);
    connect(m_grid->thumbnails(), &QAbstractItemModel::modelReset, this, &BrowseTab::showCount);
}

BrowseTab::~BrowseTab() {
    m_stop.request_stop();
    m_pool.waitForDone();
}

void BrowseTab::showDataset(bool sameData) {
    const int scrolled = m_grid->verticalScrollBar()->value();
    if (!sameData) m_search->clear();
    m_typing.stop();
    m_grid->thumbnails()->setDataset(m_project.dataset()->index);
    m_scrolled = sameData ? scrolled : -1;
    show();
}

void BrowseTab::setLabel(int label) {
    if (label == m_label) return;
    m_label = label;
    show();
}

void BrowseTab::show() {
    m_stop.request_stop();
    ++m_searches;
    if (!m_project.dataset()) return;
    if (!m_search->text().trimmed().isEmpty()) return find();
    m_grid->thumbnails()->setLabel(m_label);
    if (m_scrolled >= 0) m_grid->verticalScrollBar()->setValue(std::exchange(m_scrolled, -1));
}

void BrowseTab::find() {
    m_stop = {};
    const auto index = m_project.dataset()->index;
    const std::string text = m_search->text().trimmed().toStdString();
    QtConcurrent::run(&m_pool, [index, text, label = m_label, stop = m_stop.get_token()] {
        const auto [first, count] = index->samplesOf(label);
        const auto found = findPictures(*index, text, first, count, stop);
        return std::vector<quint32>(found.begin(), found.end());
    }).then(this, [this, index, search = m_searches](std::vector<quint32> found) {
        if (search != m_searches) return;
        m_grid->thumbnails()->setSamples(index, std::move(found));
        if (m_scrolled >= 0) m_grid->verticalScrollBar()->setValue(std::exchange(m_scrolled, -1));
    });
}

void BrowseTab::showCount() {
    const QItemSelection selection = m_grid->selectionModel()->selection();
    qint64 selected = 0;
    for (const QItemSelectionRange& range : selection) selected += range.height();
    const QString all = formatCount(m_grid->thumbnails()->rowCount());
    m_count->setText(selected > 1 ? tr("%1 of %2 selected").arg(formatCount(selected), all) : tr("%1 images").arg(all));
}

}  // namespace lemnos
