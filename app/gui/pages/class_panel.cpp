// ClassPanel: search, list and buttons.
#include "app/gui/pages/class_panel.h"

#include <QAction>
#include <QLineEdit>
#include <QListView>

#include "app/gui/format.h"
#include "app/gui/pages/data_actions.h"
#include "app/gui/widgets/class_model.h"
#include "app/gui/widgets/parts.h"

namespace lemnos {

namespace {

constexpr int panelWidth = 232;

}  // namespace

ClassPanel::ClassPanel(Project& project, DataActions& actions, QWidget* parent)
    : QFrame(parent),
      m_project(project),
      m_classes(new ClassModel(this)),
      m_filter(new ClassFilter(this)),
      m_list(new QListView),
      m_summary(makeParagraph({}, "small")) {
    setProperty("role", "card");
    setFixedWidth(panelWidth);
    QLineEdit* search = makeSearch("classSearch", tr("Search classes"),
                                   tr("Show only classes whose name contains this (Ctrl+F)"), QKeySequence::Find);
    m_filter->setSourceModel(m_classes);
    m_filter->setFilterCaseSensitivity(Qt::CaseInsensitive);
    connect(search, &QLineEdit::textChanged, m_filter, &QSortFilterProxyModel::setFilterFixedString);

    m_list->setObjectName(QStringLiteral("classList"));
    m_list->setAccessibleName(tr("Classes"));
    m_list->setModel(m_filter);
    m_list->setItemDelegate(new ClassDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        if (current.isValid()) emit chosen(label());
    });
    actions.addTo(m_list);
    m_summary->setObjectName(QStringLiteral("dataSummary"));
    m_summary->setContentsMargins(8, 0, 8, 0);
    QPushButton* open =
        makeButton("openAnother", tr("Open folder…"),
                   tr("Choose a folder that holds one folder of pictures per class (Ctrl+O)"), nullptr, "folder");
    QPushButton* more = makeButton("addSource", tr("Add folder…"),
                                   tr("Take more pictures from another folder of class folders"), nullptr, "plus");
    QPushButton* rescan =
        makeButton("rescan", tr("Look for changes"), tr("Read files that are new or changed (F5)"), nullptr, "reset");
    connect(open, &QPushButton::clicked, this, &ClassPanel::openRequested);
    connect(more, &QPushButton::clicked, this, &ClassPanel::addRequested);
    connect(rescan, &QPushButton::clicked, this, &ClassPanel::rescanRequested);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 12, 8, 12);
    layout->setSpacing(8);
    layout->addWidget(search);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_summary);
    layout->addWidget(rescan);
    layout->addWidget(more);
    layout->addWidget(open);
}

void ClassPanel::showDataset(bool sameData) {
    const OpenDataset& dataset = *m_project.dataset();
    const QString current = m_list->currentIndex().data().toString();
    const int row = m_list->currentIndex().row(), rows = m_filter->rowCount();
    m_classes->setDataset(&dataset);
    // The class of the same name; or of the same place, when it is the name that changed.
    QModelIndex wanted = m_filter->index(sameData && rows == m_filter->rowCount() ? std::max(row, 0) : 0, 0);
    for (int i = 1; sameData && i < m_filter->rowCount(); ++i) {
        if (m_filter->index(i, 0).data().toString() == current) wanted = m_filter->index(i, 0);
    }
    m_list->setCurrentIndex(wanted);
    m_summary->setText(tr("%1 classes, %2 images")
                           .arg(formatCount(std::int64_t(dataset.index->classes.size())),
                                formatCount(std::int64_t(dataset.index->samples.size()))));
}

void ClassPanel::choose(int label) {
    findChild<QLineEdit*>(QStringLiteral("classSearch"))->clear();  // which may hide the class
    m_list->setCurrentIndex(m_filter->index(label + 1, 0));
}

int ClassPanel::label() const {
    const QModelIndex current = m_list->currentIndex();
    return current.isValid() ? current.data(ClassModel::labelRole).toInt() : -1;
}

}  // namespace lemnos
