// DataPage: empty, scanning, loaded.
#include "app/gui/pages/data_page.h"

#include <QHeaderView>
#include <QProgressBar>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>

#include "app/gui/format.h"
#include "app/gui/pages/balance_tab.h"
#include "app/gui/pages/browse_tab.h"
#include "app/gui/pages/class_panel.h"
#include "app/gui/pages/data_actions.h"
#include "app/gui/pages/data_settings.h"
#include "app/gui/pages/issues_tab.h"
#include "app/gui/pages/split_tab.h"
#include "app/gui/widgets/empty_state.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/problem_model.h"

namespace lemnos {

namespace {

enum State { emptyState, scanningState, loadedState };
enum Tab { browseTab, balanceTab, splitTab, issuesTab, skippedTab };

}  // namespace

DataPage::DataPage(Project& project, DatasetOpener& opener, const Outside& outside, QWidget* parent)
    : Page(parent),
      m_project(project),
      m_opener(opener),
      m_outside(outside),
      m_actions(new DataActions(project, outside.dialogs, this)),
      m_issues(new IssuesTab(project, outside.backend)),
      m_settings(new DataSettings(project)),
      m_states(new QStackedWidget),
      m_classes(new ClassPanel(project, *m_actions)),
      m_browse(new BrowseTab(project, outside.backend, *m_actions)),
      m_problems(new ProblemModel(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_states);
    m_states->addWidget(makeEmpty());
    m_states->addWidget(makeScanning());
    m_states->addWidget(makeLoaded());

    connect(&opener, &DatasetOpener::started, this, &DataPage::showJob);
    connect(&opener, &DatasetOpener::progressed, this, &DataPage::showProgress);
    connect(&opener, &DatasetOpener::failed, this, &DataPage::showResting);
    connect(&opener, &DatasetOpener::cancelled, this, [this] { showResting({}); });
    connect(&opener, &DatasetOpener::opened, this, [this] {
        showResting({});
        const ScanChanges& changes = m_project.dataset()->index->changes;
        if (!changes.any()) return;
        const auto count = [](std::size_t n) { return formatCount(std::int64_t(n)); };
        showNotice(tr("Since the last time: %1 added, %2 removed, %3 changed.")
                       .arg(count(changes.added), count(changes.removed), count(changes.changed)),
                   false);
    });
    connect(&opener, &DatasetOpener::refused, this,
            [this](const QString& sentence) { showNotice(tr("%1 The change was taken back.").arg(sentence), true); });
    connect(m_actions, &DataActions::refused, this, [this](const QString& sentence) { showNotice(sentence, true); });
    connect(m_issues, &IssuesTab::refused, this, [this](const QString& sentence) { showNotice(sentence, true); });
    connect(m_issues, &IssuesTab::countChanged, this, &DataPage::showIssuesTab);
    connect(&project, &Project::datasetChanged, this, &DataPage::showDataset);
}

QWidget* DataPage::inspector() {
    return m_settings;
}

QString DataPage::statusText() const {
    const OpenDataset* dataset = m_project.dataset();
    if (!dataset) return {};
    QString text = tr("%1 images in %2 classes")
                       .arg(formatCount(std::int64_t(dataset->index->samples.size())),
                            formatCount(std::int64_t(dataset->index->classes.size())));
    if (dataset->scanSeconds > 0) text += tr("     scanned in %1 s").arg(dataset->scanSeconds, 0, 'f', 1);
    return text;
}

QWidget* DataPage::makeEmpty() {
    m_empty = new EmptyState(QStringLiteral("empty-data"), tr("Drop a folder of class folders here"));
    m_empty->setRemark(
        tr("One folder per class, with pictures inside: flowers/rose/1.jpg, flowers/tulip/2.jpg, … "
           "The sample is drawn on this PC and trains in under a minute."));
    QPushButton* open =
        makeButton("openFolder", tr("Open folder…"),
                   tr("Choose a folder that holds one folder of pictures per class (Ctrl+O)"), "primary");
    QPushButton* sample = makeButton("openSample", tr("Open sample"),
                                     tr("Draw a small data set of ten shapes and open it"), nullptr, "sample");
    connect(open, &QPushButton::clicked, this, &DataPage::openFolderRequested);
    connect(sample, &QPushButton::clicked, this, &DataPage::openSampleRequested);
    m_empty->addButton(open);
    m_empty->addButton(sample);
    return m_empty;
}

QWidget* DataPage::makeScanning() {
    m_scanWhat = makeParagraph({}, "heading");
    m_scanWhat->setObjectName(QStringLiteral("scanWhat"));
    m_scanRate = makeParagraph({}, "muted");  // millions of pictures fill more than a line
    m_scanRate->setObjectName(QStringLiteral("scanRate"));
    m_scanBar = makeProgressBar("scanProgress", tr("Progress of looking through the folder"));
    QPushButton* cancel = makeButton("cancelScan", tr("Cancel"), tr("Stop looking through this folder"));
    connect(cancel, &QPushButton::clicked, &m_opener, &DatasetOpener::cancel);
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_scanRate, 1);
    foot->addWidget(cancel);
    return makeProgressCard(m_scanWhat, m_scanBar, foot);
}

QWidget* DataPage::makeLoaded() {
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    m_error = makeParagraph({}, "error");
    m_error->setObjectName(QStringLiteral("dataError"));
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_error->hide();
    layout->addWidget(m_error);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(16);
    columns->addWidget(m_classes);
    columns->addWidget(makeTabs(), 1);
    layout->addLayout(columns, 1);
    return page;
}

QWidget* DataPage::makeTabs() {
    connect(m_classes, &ClassPanel::chosen, m_browse, &BrowseTab::setLabel);
    connect(m_classes, &ClassPanel::openRequested, this, &DataPage::openFolderRequested);
    connect(m_classes, &ClassPanel::addRequested, this, &DataPage::addSource);
    connect(m_classes, &ClassPanel::rescanRequested, this, &DataPage::rescanRequested);
    m_tabs = new QTabBar;
    m_tabs->setObjectName(QStringLiteral("dataTabs"));
    m_tabs->setAccessibleName(tr("Views of the data"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    const std::pair<QString, QString> tabs[] = {
        {tr("Browse"), tr("The pictures")},
        {tr("Balance"), tr("How many pictures each class has")},
        {tr("Splits"), tr("What is for training, for validation and for the test")},
        {tr("Issues"), tr("What is wrong with the data, and what to do about it")}};
    for (const auto& [text, tip] : tabs) m_tabs->setTabToolTip(m_tabs->addTab(text), tip);
    auto* views = new QStackedWidget;
    views->setMinimumWidth(352);  // less than some views would like: they scroll or stack their parts then
    auto* balance = new BalanceTab(m_project);
    connect(balance, &BalanceTab::classChosen, this, &DataPage::showClass);
    views->addWidget(m_browse);
    views->addWidget(balance);
    views->addWidget(new SplitTab(m_project));
    views->addWidget(m_issues);
    views->addWidget(makeSkipped());
    connect(m_tabs, &QTabBar::currentChanged, this, [this, views](int tab) {
        views->setCurrentIndex(tab);
        if (tab == issuesTab) m_issues->examineOnce();
    });
    auto* browser = new QWidget;
    auto* layout = new QVBoxLayout(browser);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_tabs);
    layout->addWidget(makeRule());
    layout->addSpacing(12);
    layout->addWidget(views, 1);
    return browser;
}

QTableView* DataPage::makeSkipped() {
    auto* table = new QTableView;
    table->setObjectName(QStringLiteral("skippedFiles"));
    table->setAccessibleName(tr("Skipped files"));
    table->setModel(m_problems);
    table->setShowGrid(false);
    table->setAlternatingRowColors(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setWordWrap(true);
    table->setTextElideMode(Qt::ElideMiddle);
    table->horizontalHeader()->setFixedHeight(32);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(44);  // two lines: reasons are sentences
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->resizeSection(ProblemModel::fileColumn, 200);
    m_actions->addTo(table, m_problems);
    return table;
}

void DataPage::addSource() {
    const QString folder = m_outside.dialogs.chooseFolder(this, tr("Take more pictures from a folder"), {});
    if (!folder.isEmpty()) emit addRequested({folder});
}

void DataPage::showJob(const QString& what) {
    if (m_opener.isRearranging()) return;  // too short to show
    m_scanWhat->setText(what);
    m_scanRate->setText(tr("Starting…"));
    m_scanBar->setRange(0, 0);
    m_states->setCurrentIndex(scanningState);
}

void DataPage::showProgress(qint64 done, qint64 total, double rate) {
    // Thousandths, because a progress bar counts in int.
    m_scanBar->setRange(0, total > 0 ? 1000 : 0);
    if (total > 0) m_scanBar->setValue(int(done * 1000 / total));
    if (total <= 0) {
        m_scanRate->setText(tr("Counting files…"));
    } else if (rate > 0) {
        m_scanRate->setText(tr("%1 of %2\n%3 /s     %4 left")
                                .arg(formatCount(done), formatCount(total), formatCount(std::int64_t(rate)),
                                     formatDuration(double(total - done) / rate)));
    }
}

void DataPage::showResting(const QString& error) {
    showNotice(error, true);
    m_empty->setError(error);
    m_states->setCurrentIndex(m_project.dataset() ? loadedState : emptyState);
}

void DataPage::showNotice(const QString& sentence, bool isError) {
    m_error->setText(sentence);
    m_error->setVisible(!sentence.isEmpty());
    setStyled(*m_error, "role", isError ? "error" : "small");
}

void DataPage::showDataset() {
    const OpenDataset& dataset = *m_project.dataset();
    // An edit leaves the user where they were.
    const bool same = m_shownPaths == dataset.index->paths;
    m_shownPaths = dataset.index->paths;
    m_browse->showDataset(same);
    m_classes->showDataset(same);
    m_problems->setDataset(dataset.index);
    showSkippedTab();
    showIssuesTab();
    if (!same) m_tabs->setCurrentIndex(browseTab);
    m_states->setCurrentIndex(loadedState);
    emit statusTextChanged();
}

void DataPage::showClass(int label) {
    m_classes->choose(label);
    m_tabs->setCurrentIndex(browseTab);
}

void DataPage::showSkippedTab() {
    const DatasetIndex& index = *m_project.dataset()->index;
    const std::size_t skipped = index.problems.size() + index.excluded.size();
    const QString text = tr("Left out %1").arg(formatCount(std::int64_t(skipped)));
    if (skipped == 0) {
        if (m_tabs->currentIndex() == skippedTab) m_tabs->setCurrentIndex(browseTab);
        if (m_tabs->count() > skippedTab) m_tabs->removeTab(skippedTab);
        return;
    }
    if (m_tabs->count() <= skippedTab) m_tabs->addTab(text);
    m_tabs->setTabText(skippedTab, text);
    m_tabs->setTabToolTip(skippedTab, tr("Files that could not be used or that you excluded, with the reason of each"));
}

void DataPage::showIssuesTab() {
    const int count = m_issues->openCount();
    m_tabs->setTabText(issuesTab, count > 0 ? tr("Issues %1").arg(formatCount(count)) : tr("Issues"));
}

}  // namespace lemnos
