// RunsPage: empty, or table, overlay and details.
#include "app/gui/pages/runs_page.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QLocale>
#include <QResizeEvent>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QToolButton>
#include <algorithm>
#include <cmath>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/pages/run_details.h"
#include "app/gui/pages/sweep_tab.h"
#include "app/gui/widgets/chart_controls.h"
#include "app/gui/widgets/empty_state.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/run_model.h"
#include "app/gui/widgets/run_overlay.h"
#include "app/session/qt_path.h"
#include "model/train/run_store.h"

namespace lemnos {

namespace {

enum State { emptyState, listState };
enum Tab { runsTab, sweepTab };

constexpr std::pair<int, int> widths[] = {
    {RunModel::nameColumn, 228},   {RunModel::curveColumn, 80},   {RunModel::bestColumn, 88},
    {RunModel::macroF1Column, 80}, {RunModel::testColumn, 68},    {RunModel::epochsColumn, 68},
    {RunModel::stateColumn, 96},   {RunModel::networkColumn, 92}, {RunModel::startedColumn, 136},
    {RunModel::timeColumn, 64},    {RunModel::tagsColumn, 112}};

/// The state of a header fits only one with as many columns.
const QString columnsKey = QStringLiteral("runs/columns%1").arg(int(RunModel::columnEnd));

}  // namespace

RunsPage::RunsPage(Project& project, RunIndex& index, DeviceList& devices, const Outside& outside, QWidget* parent)
    : Page(parent),
      m_index(index),
      m_outside(outside),
      m_tabs(new QTabBar),
      m_views(new QStackedWidget),
      m_inspectors(new QStackedWidget),
      m_sweep(new SweepTab(project, devices)),
      m_states(new QStackedWidget),
      m_model(new RunModel(this)),
      m_filter(new RunFilter(this)),
      m_table(new QTableView),
      m_overlay(new RunOverlay),
      m_overlayHint(makeLabel({}, "small")),
      m_measure(new QComboBox),
      m_problem(makeParagraph({}, "error")),
      m_details(new RunDetails) {
    setObjectName(QStringLiteral("runsPage"));
    auto* layout = new QVBoxLayout(this);
    // The margins are inside, so that the empty pages need no more width than those of the other steps.
    layout->setContentsMargins(0, 12, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeTabs());
    layout->addWidget(makeRule());
    layout->addWidget(m_views, 1);
    m_views->addWidget(m_states);
    m_views->addWidget(m_sweep);
    m_inspectors->addWidget(m_details);
    m_inspectors->addWidget(m_sweep->form());
    m_states->addWidget(makeEmpty());
    auto* list = new QWidget;
    auto* column = new QVBoxLayout(list);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(12);
    m_problem->setObjectName(QStringLiteral("runsProblem"));
    m_problem->hide();
    column->addWidget(m_problem);
    auto* parts = new QSplitter(Qt::Vertical);
    parts->setObjectName(QStringLiteral("runsSplitter"));
    parts->setHandleWidth(12);
    parts->setChildrenCollapsible(false);
    parts->addWidget(makeTable());
    parts->addWidget(makeOverlay());
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 2);
    column->addWidget(parts, 1);
    m_states->addWidget(list);

    connect(&index, &RunIndex::changed, this, &RunsPage::showRuns);
    connect(m_model, &RunModel::tickedChanged, this, &RunsPage::showOverlay);
    connect(m_details, &RunDetails::notesChanged, &index, &RunIndex::refresh);
    connect(m_details, &RunDetails::reproduceRequested, this, &RunsPage::reproduce);
    connect(m_details, &RunDetails::extendRequested, this, &RunsPage::extend);
    connect(m_details, &RunDetails::discardRequested, this, &RunsPage::discard);
    connect(m_details, &RunDetails::failed, this, [this](const QString& sentence) {
        m_problem->setText(sentence);
        m_problem->setVisible(!sentence.isEmpty());
    });
    connect(m_sweep, &SweepTab::runsChanged, &index, &RunIndex::refresh);
    connect(m_sweep, &SweepTab::openRunRequested, this, &RunsPage::openRun);
    showOverlay();
}

QWidget* RunsPage::inspector() {
    return m_inspectors;
}

QWidget* RunsPage::makeTabs() {
    m_tabs->setObjectName(QStringLiteral("runsTabs"));
    m_tabs->setAccessibleName(tr("Runs and sweeps"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setTabToolTip(m_tabs->addTab(tr("Runs")), tr("All runs, compared"));
    m_tabs->setTabToolTip(m_tabs->addTab(tr("Sweep")), tr("Many runs that differ in a few settings"));
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_views->setCurrentIndex(tab);
        m_inspectors->setCurrentIndex(tab);
    });
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(16, 0, 16, 0);
    row->addWidget(m_tabs, 1, Qt::AlignBottom);
    header->setFixedHeight(34);
    return header;
}

void RunsPage::openRun(const std::filesystem::path& run) {
    m_wanted = run;
    m_tabs->setCurrentIndex(runsTab);
    m_index.refresh();
}

QString RunsPage::statusText() const {
    return tr("%1 runs in %2").arg(formatCount(std::int64_t(m_index.runs().size())), toText(m_index.folder()));
}

QWidget* RunsPage::makeEmpty() {
    auto* empty = new EmptyState(QStringLiteral("empty-runs"), tr("Every training is kept here, with its curves"));
    empty->setRemark(tr("Compare runs, note what they were about, and do them again."));
    QPushButton* train = makeButton("runsGoToTrain", tr("Train a network"), tr("Go to the Train page"), "primary");
    connect(train, &QPushButton::clicked, this, [this] { emit goTo(Step::train); });
    empty->addButton(train);
    return empty;
}

QWidget* RunsPage::makeTable() {
    QLineEdit* search = makeSearch("runSearch", tr("Search runs"),
                                   tr("Show only runs that have all these words in their name, network, data, tags or "
                                      "notes (Ctrl+F)"),
                                   QKeySequence::Find);
    connect(search, &QLineEdit::textChanged, m_filter, &RunFilter::setText);
    search->setMaximumWidth(360);
    QPushButton* again =
        makeButton("runsRefresh", tr("Look again"), tr("Look for runs that came from elsewhere"), nullptr, "reset");
    connect(again, &QPushButton::clicked, &m_index, &RunIndex::refresh);
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(search, 1);
    head->addStretch();
    head->addWidget(again);

    m_filter->setSourceModel(m_model);
    m_table->setObjectName(QStringLiteral("runTable"));
    m_table->setAccessibleName(tr("Runs"));
    m_table->setToolTip(tr("Space ticks a run for the chart below"));
    m_table->setModel(m_filter);
    m_table->setItemDelegateForColumn(RunModel::curveColumn, new CurveDelegate(m_table));
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(RunModel::startedColumn, Qt::DescendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTextElideMode(Qt::ElideMiddle);  // names of trials differ at their end
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(32);
    m_table->horizontalHeader()->setFixedHeight(32);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setMinimumSectionSize(40);
    m_table->horizontalHeader()->setSectionsMovable(true);
    m_table->horizontalHeader()->setToolTip(tr("Click to sort, drag to move a column or to change its width"));
    fitColumns();
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                m_details->show(current.isValid() ? std::optional(m_model->at(m_filter->mapToSource(current).row()))
                                                  : std::nullopt);
            });
    auto* part = new QWidget;
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addLayout(head);
    layout->addWidget(m_table, 1);
    return part;
}

QWidget* RunsPage::makeOverlay() {
    QFrame* card = makeCard();
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(8);
    m_measure->setObjectName(QStringLiteral("runMeasure"));
    m_measure->setAccessibleName(tr("What the chart shows"));
    m_measure->setToolTip(tr("What the chart shows"));
    m_measure->addItems({tr("Accuracy"), tr("Loss"), tr("Macro F1")});
    connect(m_measure, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_overlay->setMeasure(RunOverlay::Measure(index));
        showOverlay();
    });
    m_overlayHint->setObjectName(QStringLiteral("runOverlayHint"));
    auto* head = new QHBoxLayout;
    head->addWidget(m_overlayHint, 1);
    QCheckBox* logarithmic = makeLogScale("runLogScale", tr("Logarithmic values"),
                                          tr("Show values on a logarithmic scale, which tells small ones apart"));
    connect(logarithmic, &QCheckBox::toggled, m_overlay, &RunOverlay::setLogarithmic);
    QToolButton* save = makeSaveChart("saveOverlay");
    connect(save, &QToolButton::clicked, this, &RunsPage::saveOverlay);
    head->addWidget(logarithmic);
    head->addWidget(save);
    head->addWidget(m_measure);
    layout->addLayout(head);
    layout->addWidget(m_overlay, 1);
    return card;
}

void RunsPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    m_index.refresh();
}

void RunsPage::resizeEvent(QResizeEvent* event) {
    Page::resizeEvent(event);
    if (!hasOwnColumns()) fitColumns();
}

/// A wide window has room for whole names.
void RunsPage::fitColumns() {
    constexpr int narrow = 1200;
    const int spare = std::max(0, width() - narrow);
    m_widths = {std::begin(widths), std::end(widths)};
    m_widths[RunModel::nameColumn] += std::min(spare / 4, 204);
    m_widths[RunModel::tagsColumn] += std::min(spare / 8, 128);
    for (const auto& [column, width] : m_widths) m_table->setColumnWidth(column, width);
}

bool RunsPage::hasOwnColumns() const {
    const QHeaderView* header = m_table->horizontalHeader();
    for (int column = 0; column < RunModel::columnEnd; ++column) {
        const auto fitted = m_widths.find(column);
        const bool isFitted = fitted == m_widths.end() || header->sectionSize(column) == fitted->second;
        if (!isFitted || header->visualIndex(column) != column) return true;
    }
    return false;
}

void RunsPage::saveLayout(QSettings& settings) const {
    if (hasOwnColumns())
        settings.setValue(columnsKey, m_table->horizontalHeader()->saveState());
    else
        settings.remove(columnsKey);
}

void RunsPage::restoreLayout(const QSettings& settings) {
    m_table->horizontalHeader()->restoreState(settings.value(columnsKey).toByteArray());
}

void RunsPage::resetLayout() {
    QHeaderView* header = m_table->horizontalHeader();
    for (int column = 0; column < RunModel::columnEnd; ++column)
        header->moveSection(header->visualIndex(column), column);
    fitColumns();
}

void RunsPage::showRuns() {
    const QModelIndex current = m_filter->mapToSource(m_table->currentIndex());
    const std::filesystem::path chosen = !m_wanted.empty()   ? m_wanted
                                         : current.isValid() ? m_model->at(current.row()).folder
                                                             : std::filesystem::path();
    m_model->setRuns(m_index.runs());
    m_states->setCurrentIndex(m_index.runs().empty() ? emptyState : listState);
    QModelIndex wanted;
    for (int row = 0; row < m_model->rowCount() && !wanted.isValid(); ++row) {
        if (m_model->at(row).folder == chosen) wanted = m_filter->mapFromSource(m_model->index(row, 0));
    }
    if (wanted.isValid()) {
        m_table->setCurrentIndex(wanted);
        if (!m_wanted.empty()) m_table->scrollTo(wanted);
        m_wanted.clear();
    } else {
        m_details->show({});
    }
    std::vector<std::filesystem::path> sweeps;
    for (const RunSummary& run : m_index.runs()) {
        const std::filesystem::path parent = run.folder.parent_path();
        if (parent != m_index.folder() && std::ranges::find(sweeps, parent) == sweeps.end()) sweeps.push_back(parent);
    }
    // The latest sweep is shown first, for it may have been left half done.
    if (!std::exchange(m_sweepsSought, true) && !sweeps.empty()) m_sweep->open(sweeps.front());
    m_sweep->setSweeps(std::move(sweeps));
    emit statusTextChanged();
}

void RunsPage::showOverlay() {
    std::vector<RunSummary> runs;
    for (const int row : m_model->ticked()) runs.push_back(m_model->at(row));
    m_overlayHint->setText(runs.empty() ? tr("Tick runs to see their curves here.")
                           : m_measure->currentIndex() == int(RunOverlay::Measure::macroF1)
                               ? tr("Validation dashed; there is no macro F1 of the training")
                               : tr("Training solid, validation dashed"));
    m_details->compare(runs);
    m_overlay->setRuns(std::move(runs));
}

void RunsPage::reproduce(const std::filesystem::path& run) {
    const Result<RunSpec> spec = specOfRun(run);
    if (!spec) return emit m_details->failed(errorText(spec.error()));
    RunSpec again = *spec;
    again.run.clear();
    emit reproduceRequested(again);
}

void RunsPage::extend(const std::filesystem::path& run, qint64 epochs) {
    constexpr double most = 1'000'000;
    const auto text =
        m_outside.dialogs.askText(window(), tr("Train longer"),
                                  tr("How many epochs the run is to have in all; it has %1.").arg(formatCount(epochs)),
                                  {}, QString::number(epochs + std::max<qint64>(1, epochs / 2)), true);
    if (!text) return;
    bool isNumber = false;
    const double wanted = QLocale().toDouble(*text, &isNumber);
    if (!isNumber || wanted != std::floor(wanted) || wanted <= double(epochs) || wanted > most)
        return emit m_details->failed(
            tr("A run that has %1 epochs can be trained to a larger whole number of them.").arg(formatCount(epochs)));
    emit m_details->failed({});
    emit extendRequested(run, qint64(wanted));
}

void RunsPage::saveOverlay() {
    const Status saved = askAndSaveChart(m_outside.dialogs, window(), *m_overlay, m_overlay->toCsv(), tr("Runs"));
    emit m_details->failed(saved ? QString() : errorText(saved.error()));
}

void RunsPage::discard(const std::filesystem::path& run) {
    if (!m_outside.dialogs.confirm(this, tr("Move to trash"),
                                   tr("Move the run “%1” with its weights to the trash?").arg(toText(run.filename())),
                                   tr("Move to trash")))
        return;
    const Status done = m_outside.backend.moveToTrash(run);
    emit m_details->failed(done ? QString() : errorText(done.error()));
    m_index.refresh();
}

}  // namespace lemnos
