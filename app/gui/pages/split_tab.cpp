// SplitTab: an editor of the split's settings beside the table of what came of them.
#include "app/gui/pages/split_tab.h"

#include <QHeaderView>
#include <QScrollArea>
#include <QTableView>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/split_bar.h"
#include "app/gui/widgets/split_model.h"
#include "model/data/split_params.h"

namespace lemnos {

namespace {

constexpr int editorWidth = 288, smallestTable = 400;

/// Nothing is folded away here: they are all that this tab is for.
std::vector<Param> shownParams() {
    std::vector<Param> params = splitParams();
    for (Param& param : params) param.advanced = false;
    return params;
}

ParamMap splitValues(const Project& project) {
    ParamMap values;
    setSplitParams(values, project.splitOptions());
    return values;
}

}  // namespace

SplitTab::SplitTab(Project& project, QWidget* parent)
    : QWidget(parent),
      m_project(project),
      m_editor(new ParamEditor),
      m_bar(new SplitBar),
      m_model(new SplitModel(this)),
      m_summary(makeParagraph({}, "small")),
      m_error(makeParagraph({}, "error")) {
    m_editor->setObjectName(QStringLiteral("splitEditor"));
    m_editor->setParams(shownParams(), splitValues(project));
    m_error->setObjectName(QStringLiteral("splitError"));
    m_error->hide();
    m_bar->setObjectName(QStringLiteral("splitTabBar"));
    m_summary->setObjectName(QStringLiteral("splitTabSummary"));

    QFrame* card = makeCard();
    card->setMinimumWidth(editorWidth);
    auto* left = new QVBoxLayout(card);
    left->setContentsMargins(16, 12, 16, 12);
    left->setSpacing(8);
    left->addWidget(makeLabel(tr("How pictures are dealt out"), "section"));
    left->addWidget(m_editor);
    left->addWidget(m_error);
    left->addStretch();

    auto* table = new QTableView;
    table->setObjectName(QStringLiteral("splitTable"));
    table->setAccessibleName(tr("Pictures of each class in each part"));
    table->setModel(m_model);
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(28);
    table->horizontalHeader()->setFixedHeight(32);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(SplitModel::classColumn, QHeaderView::Stretch);
    auto* right = new QVBoxLayout;
    right->setSpacing(8);
    right->addWidget(m_bar);
    right->addWidget(m_summary);
    right->addWidget(table, 1);

    auto* layout = m_layout = new QBoxLayout(QBoxLayout::LeftToRight, this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(16);
    auto* scroll = m_scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setMinimumWidth(editorWidth + 12);
    scroll->setWidget(card);
    layout->addWidget(scroll, 0);
    layout->addLayout(right, 1);

    enableWhatMatters();
    connect(m_editor, &ParamEditor::changed, this, &SplitTab::apply);
    connect(&project, &Project::datasetChanged, this, &SplitTab::showDataset);
    connect(&project, &Project::settingsChanged, this, &SplitTab::showSettings);
}

void SplitTab::resizeEvent(QResizeEvent* event) {
    // Side by side where the table keeps room for its columns.
    const bool narrow = width() < editorWidth + smallestTable;
    m_layout->setDirection(narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_scroll->setMaximumWidth(narrow ? QWIDGETSIZE_MAX : editorWidth + 12);
    m_scroll->setMinimumHeight(narrow ? std::min(m_scroll->widget()->sizeHint().height(), height() / 2) : 0);
    QWidget::resizeEvent(event);
}

void SplitTab::apply(const ParamMap& values) {
    const Status usable = checkSplitOptions(splitOptionsFrom(values));
    m_error->setText(usable ? QString() : errorText(usable.error()));
    m_error->setVisible(!usable.ok());
    if (!usable) return;
    enableWhatMatters();
    ParamMap settings = m_project.settings();
    for (const auto& [key, value] : values) settings[key] = value;
    m_project.setSettings(settings);
}

void SplitTab::showSettings() {
    if (m_error->isHidden()) m_editor->setValues(splitValues(m_project));
    enableWhatMatters();
}

void SplitTab::enableWhatMatters() {
    const ParamMap& values = m_editor->values();
    const bool folds = intParam(values, "folds") > 0;
    m_editor->setUsed("split_pattern", textParam(values, "split_by") == "name");
    m_editor->setUsed("fold", folds);
    m_editor->setUsed("validation_share", !folds);  // it is one fold then
}

void SplitTab::showDataset() {
    const OpenDataset& dataset = *m_project.dataset();
    m_model->setDataset(&dataset);
    m_bar->set(dataset.train, dataset.validation, dataset.test);
    const auto count = [](std::size_t n) { return formatCount(std::int64_t(n)); };
    m_summary->setText(tr("%1 to train, %2 to validate, %3 to test")
                           .arg(count(dataset.train), count(dataset.validation), count(dataset.test)) +
                       (dataset.index->preSplit ? tr(", where folders, lists or you say nothing else") : QString()));
}

}  // namespace lemnos
