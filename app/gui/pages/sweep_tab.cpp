#include "app/gui/pages/sweep_tab.h"

#include <QComboBox>
#include <QHeaderView>
#include <QProgressBar>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QtConcurrentRun>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/pages/sweep_form.h"
#include "app/gui/widgets/empty_state.h"
#include "app/gui/widgets/parallel_plot.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/trial_model.h"
#include "app/session/qt_path.h"
#include "app/session/spec_file.h"
#include "model/sweep/sweep.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

enum State { emptyState, sweepState };

}  // namespace

SweepTab::SweepTab(Project& project, DeviceList& devices, QWidget* parent)
    : QWidget(parent),
      m_project(project),
      m_model(new TrialModel(this)),
      m_sorted(new QSortFilterProxyModel(this)),
      m_form(new SweepForm(project, devices)),
      m_states(new QStackedWidget),
      m_table(new QTableView),
      m_plot(new ParallelPlot(*m_model)),
      m_sentence(makeParagraph({})),
      m_problem(makeParagraph({}, "error")),
      m_bar(makeProgressBar("sweepProgress", tr("Progress of the sweep"))),
      m_choice(new QComboBox) {
    setObjectName(QStringLiteral("sweepTab"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    auto* head = new QVBoxLayout;
    head->setContentsMargins(16, 12, 16, 0);
    head->addWidget(makeHead());
    layout->addLayout(head);
    layout->addWidget(m_states, 1);

    auto* empty =
        new EmptyState(QStringLiteral("empty-runs"), tr("Try many settings, and see at a glance which matter"));
    empty->setRemark(tr("Choose on the right what to try; every trial becomes a run."));
    m_states->addWidget(empty);
    auto* parts = new QSplitter(Qt::Vertical);
    parts->setObjectName(QStringLiteral("sweepSplitter"));
    parts->setHandleWidth(12);
    parts->setContentsMargins(16, 0, 16, 16);
    parts->setChildrenCollapsible(false);
    QFrame* card = makeCard();
    auto* inner = new QVBoxLayout(card);
    inner->setContentsMargins(8, 8, 8, 8);
    inner->addWidget(m_plot);
    parts->addWidget(card);
    parts->addWidget(makeTable());
    parts->setStretchFactor(0, 1);
    parts->setStretchFactor(1, 1);
    m_states->addWidget(parts);

    connect(&m_call, &CliCall::line, this, &SweepTab::handleLine);
    connect(&m_call, &CliCall::done, this, [this] {
        m_stopping = false;
        refresh();
        emit runsChanged();
        emit ended();
    });
    connect(&m_call, &CliCall::failed, this, [this](const QString& why) {
        m_stopping = false;
        m_model->apply(SweepFinishedEvent{"stopped"});
        m_problem->setText(why);
        refresh();
        emit runsChanged();
        emit ended();
    });
    connect(m_form, &SweepForm::changed, this, &SweepTab::refresh);
    connect(&project, &Project::planChanged, this, &SweepTab::refresh);
    connect(m_plot, &ParallelPlot::chosen, this, [this](int row) {
        const QModelIndex at = m_sorted->mapFromSource(m_model->index(row, 0));
        m_table->setCurrentIndex(at);
        m_table->scrollTo(at);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        m_plot->setCurrent(chosenRow());
        refresh();
    });
    connect(m_table, &QTableView::activated, this, &SweepTab::openChosen);
    refresh();
}

QWidget* SweepTab::form() const {
    return m_form;
}

QWidget* SweepTab::makeHead() {
    QFrame* card = makeCard();
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(16, 8, 8, 8);
    column->setSpacing(8);
    m_sentence->setObjectName(QStringLiteral("sweepSentence"));
    m_problem->setObjectName(QStringLiteral("sweepFailure"));
    m_start = makeButton("sweepStart", tr("Start sweep"), tr("Train the trials, one after the other"), "primary");
    m_stop = makeButton("sweepStop", tr("Stop"), tr("Stop with a checkpoint; Go on continues where it was"));
    m_goOn = makeButton("sweepGoOn", tr("Go on"), tr("Go on with this sweep where it was stopped"));
    m_openRun = makeButton("sweepOpenRun", tr("Open run"), tr("Show the chosen trial among the runs (Enter)"));
    connect(m_start, &QPushButton::clicked, this, &SweepTab::startRequested);
    connect(m_goOn, &QPushButton::clicked, this, &SweepTab::goOn);
    connect(m_openRun, &QPushButton::clicked, this, &SweepTab::openChosen);
    connect(m_stop, &QPushButton::clicked, this, &SweepTab::stop);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_choice->setObjectName(QStringLiteral("sweepChoice"));
    m_choice->setAccessibleName(tr("Sweep that is shown"));
    m_choice->setToolTip(tr("Show an earlier sweep, which can be gone on with"));
    connect(m_choice, &QComboBox::activated, this, [this](int index) { open(m_sweeps[std::size_t(index)]); });
    row->addWidget(m_sentence, 1);
    row->addWidget(m_choice);
    for (QPushButton* button : {m_openRun, m_goOn, m_stop, m_start}) row->addWidget(button);
    column->addLayout(row);
    column->addWidget(m_bar);
    column->addWidget(m_problem);
    m_bar->setRange(0, 1000);
    return card;
}

QWidget* SweepTab::makeTable() {
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(TrialModel::sortRole);
    m_table->setObjectName(QStringLiteral("trialTable"));
    m_table->setAccessibleName(tr("Trials"));
    m_table->setToolTip(tr("Enter shows a trial among the runs"));
    m_table->setModel(m_sorted);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(0, Qt::AscendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(32);
    m_table->horizontalHeader()->setFixedHeight(32);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->horizontalHeader()->setMinimumSectionSize(64);
    return m_table;
}

void SweepTab::start() {
    if (isRunning()) return;
    const Result<SweepSpec> spec = m_form->spec();
    if (!spec) return;
    auto order = writeSpecFile(toJson(*spec));
    if (!order) {
        m_problem->setText(errorText(order.error()));
        return refresh();
    }
    m_order = *std::move(order);
    m_model->setTable({});
    call({QStringLiteral("--order"), m_order->fileName()});
}

void SweepTab::stop() {
    m_stopping = true;
    m_call.askToEnd();
    refresh();
}

void SweepTab::goOn() {
    if (!isRunning() && !m_model->table().folder().empty())
        call({QStringLiteral("--resume"), toText(m_model->table().folder())});
}

void SweepTab::call(const QStringList& arguments) {
    m_problem->clear();
    m_stopping = m_finished = false;
    m_call.start(QStringList{QStringLiteral("sweep"), QStringLiteral("--events")} + arguments);
    refresh();
}

void SweepTab::handleLine(const QByteArray& line) {
    const auto event = sweepEventFromLine({line.constData(), std::size_t(line.size())});
    if (!event) return;
    m_model->apply(*event);
    if (const auto* finished = std::get_if<SweepFinishedEvent>(&*event)) m_finished = finished->reason == "completed";
    if (std::holds_alternative<TrialEndedEvent>(*event)) emit runsChanged();
    if (std::holds_alternative<SweepStartedEvent>(*event) && !m_table->currentIndex().isValid())
        m_table->sortByColumn(m_model->valueColumn(),
                              lowerIsBetter(m_model->table().bestBy()) ? Qt::AscendingOrder : Qt::DescendingOrder);
    refresh();
}

void SweepTab::setSweeps(std::vector<fs::path> folders) {
    m_sweeps = std::move(folders);
    refreshChoice();
}

void SweepTab::refreshChoice() {
    const fs::path shown = m_model->table().folder();
    m_choice->clear();
    for (const fs::path& folder : m_sweeps) m_choice->addItem(toText(folder.filename()));
    m_choice->setCurrentIndex(int(std::ranges::find(m_sweeps, shown) - m_sweeps.begin()));
    m_choice->setVisible(m_sweeps.size() > 1);
    m_choice->setEnabled(!isRunning());
}

void SweepTab::open(const fs::path& folder) {
    m_opening = folder;
    QtConcurrent::run([folder] {
        return std::make_shared<Result<SweepTable>>(readSweep(folder));
    }).then(this, [this, folder](const std::shared_ptr<Result<SweepTable>>& table) {
        if (isRunning() || folder != m_opening) return;
        m_problem->setText(!*table ? errorText((*table).error())
                           : (*table)->rows().empty()
                               ? tr("Nothing was trained in the sweep %1.").arg(toText(folder.filename()))
                               : QString());
        if (!*table || (*table)->rows().empty()) return refresh();
        m_finished = (*table)->progress() >= 1;
        m_model->setTable(**table);
        m_model->apply(SweepFinishedEvent{});
        m_table->sortByColumn(m_model->valueColumn(),
                              lowerIsBetter(m_model->table().bestBy()) ? Qt::AscendingOrder : Qt::DescendingOrder);
        refresh();
    });
}

int SweepTab::chosenRow() const {
    const QModelIndex current = m_table->currentIndex();
    return current.isValid() ? m_sorted->mapToSource(current).row() : -1;
}

void SweepTab::openChosen() {
    const int row = chosenRow();
    if (row < 0) return;
    const TrialRow& trial = m_model->table().rows()[std::size_t(row)];
    if (trial.epochs > 0) emit openRunRequested(fs::path(m_model->table().folder()) / trialName(trial.trial.number));
}

QString SweepTab::sentence() const {
    const SweepTable& table = m_model->table();
    const auto best = table.best();
    if (table.rows().empty())
        return isRunning()                                ? tr("Starting…")
               : m_project.missingForTraining().isEmpty() ? tr("Ready to try settings on %1.").arg(m_project.name())
                                                          : m_project.missingForTraining();
    QString text = m_stopping    ? tr("Saving a checkpoint…")
                   : isRunning() ? tr("Training %1 trials.").arg(formatCount(std::int64_t(table.rows().size())))
                   : m_finished  ? tr("Done.")
                                 : tr("Stopped.");
    if (!best) return text;
    QStringList values;
    for (const auto& [key, value] : table.rows()[*best].trial.values)
        values << QStringLiteral("%1 %2").arg(sweepLabel(key), QString::fromStdString(toString(value)));
    return text + QLatin1Char(' ') +
           (m_finished ? tr("Best: %1 with %2 (trial %3).") : tr("Best so far: %1 with %2 (trial %3)."))
               .arg(m_model->valueText(table.rows()[*best].value), values.join(QStringLiteral(", ")),
                    formatCount(table.rows()[*best].trial.number));
}

void SweepTab::refresh() {
    const bool running = isRunning(), any = m_model->rowCount() > 0;
    m_states->setCurrentIndex(any ? sweepState : emptyState);
    m_sentence->setText(sentence());
    m_bar->setVisible(running);
    m_bar->setValue(int(m_model->table().progress() * 1000));
    m_problem->setVisible(!m_problem->text().isEmpty());
    refreshChoice();
    m_start->setVisible(!running);
    m_start->setEnabled(m_project.missingForTraining().isEmpty() && m_form->isValid());
    m_stop->setVisible(running);
    m_stop->setEnabled(!m_stopping);
    m_goOn->setVisible(any && !running && !m_finished);
    const int row = chosenRow();
    m_openRun->setVisible(any);
    m_openRun->setEnabled(row >= 0 && m_model->table().rows()[std::size_t(row)].epochs > 0);
}

}  // namespace lemnos
