#include "app/gui/pages/run_details.h"

#include <QAbstractTableModel>
#include <QDesktopServices>
#include <QFile>
#include <QHeaderView>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QTableView>
#include <QUrl>
#include <QtConcurrentRun>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/run_model.h"
#include "app/session/qt_path.h"
#include "model/train/run_store.h"

namespace lemnos {

/// The settings that differ, side by side.
class DifferenceModel : public QAbstractTableModel {
  public:
    using QAbstractTableModel::QAbstractTableModel;

    void set(QStringList names, std::vector<SpecDifference> differences) {
        beginResetModel();
        m_names = std::move(names);
        m_differences = std::move(differences);
        endResetModel();
    }
    int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(m_differences.size());
    }
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : 3; }
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        if (orientation != Qt::Horizontal) return {};
        if (role == Qt::ToolTipRole && section > 0) return m_names.value(section - 1);
        if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
        if (role != Qt::DisplayRole) return {};
        return section == 0   ? RunDetails::tr("Setting")
               : section == 1 ? RunDetails::tr("First")
                              : RunDetails::tr("Second");
    }
    QVariant data(const QModelIndex& index, int role) const override {
        if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) return {};
        const SpecDifference& one = m_differences[std::size_t(index.row())];
        return QString::fromStdString(index.column() == 0 ? one.setting : index.column() == 1 ? one.first : one.second);
    }

  private:
    QStringList m_names;
    std::vector<SpecDifference> m_differences;
};

namespace {

constexpr int savePauseMs = 500;

/// "validation 91.4 %, test 90.1 %" and the like, a line each.
QString factsOf(const RunSummary& run) {
    QStringList lines;
    lines << RunDetails::tr("%1, %2 epochs").arg(runStateText(run.state), formatCount(run.epochs));
    if (run.best && run.best->count > 0) {
        lines << RunDetails::tr("Best validation accuracy %1").arg(formatPercent(run.best->accuracy));
        if (run.best->macroF1)
            lines << RunDetails::tr("Macro F1 of that epoch %1").arg(formatPercent(*run.best->macroF1));
    }
    if (run.test) lines << RunDetails::tr("Test accuracy %1").arg(formatPercent(run.test->accuracy));
    lines << RunDetails::tr("%1, %2 parameters").arg(QString::fromStdString(run.network), formatCount(run.parameters));
    if (!run.device.empty()) lines << QString::fromStdString(run.device);
    if (run.seconds > 0) lines << RunDetails::tr("Took %1").arg(formatDuration(run.seconds));
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

RunDetails::RunDetails(QWidget* parent)
    : QWidget(parent),
      m_states(new QStackedWidget),
      m_name(makeElided({}, "heading")),
      m_facts(makeParagraph({}, "muted")),
      m_tags(new QLineEdit),
      m_notes(new QPlainTextEdit),
      m_compared(makeParagraph({}, "small")),
      m_table(new QTableView),
      m_differences(new DifferenceModel(this)) {
    m_name->setObjectName(QStringLiteral("runName"));
    m_facts->setObjectName(QStringLiteral("runFacts"));
    m_compared->setObjectName(QStringLiteral("runCompared"));
    m_table->setObjectName(QStringLiteral("runDifferences"));
    m_table->setAccessibleName(tr("Settings that differ"));
    m_table->setModel(m_differences);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(28);
    m_table->horizontalHeader()->setFixedHeight(32);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->setMinimumHeight(160);

    QLabel* nothing =
        makeParagraph(tr("Choose a run to see what is known about it. Tick two to compare them."), "muted");
    auto* empty = new QWidget;
    auto* emptyLayout = new QVBoxLayout(empty);
    emptyLayout->setContentsMargins(0, 0, 0, 0);
    emptyLayout->addWidget(nothing);
    emptyLayout->addStretch();
    m_states->addWidget(empty);
    m_states->addWidget(makeAbout());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addWidget(m_states, 1);
    layout->addWidget(m_compared);
    layout->addWidget(m_table);
    compare({});

    m_saving.setSingleShot(true);
    m_saving.setInterval(savePauseMs);
    connect(&m_saving, &QTimer::timeout, this, &RunDetails::save);
    connect(m_tags, &QLineEdit::textEdited, &m_saving, qOverload<>(&QTimer::start));
    connect(m_notes, &QPlainTextEdit::textChanged, this, [this] {
        if (m_notes->hasFocus()) m_saving.start();
    });
}

RunDetails::~RunDetails() {
    save();
    m_pool.waitForDone();
}

QWidget* RunDetails::makeAbout() {
    auto* about = new QWidget;
    auto* layout = new QVBoxLayout(about);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    m_tags->setObjectName(QStringLiteral("runTags"));
    m_tags->setAccessibleName(tr("Tags"));
    m_tags->setPlaceholderText(tr("baseline, to publish"));
    m_tags->setToolTip(tr("Words to find the run by, parted by commas"));
    m_notes->setObjectName(QStringLiteral("runNotes"));
    m_notes->setAccessibleName(tr("Notes"));
    m_notes->setPlaceholderText(tr("What was this run about?"));
    m_notes->setToolTip(tr("Kept in the folder of the run"));
    m_notes->setTabChangesFocus(true);
    m_notes->setProperty("role", "field");
    m_notes->setMinimumHeight(72);
    QPushButton* again = makeButton("runReproduce", tr("Train again"),
                                    tr("A new run with the same data, network and settings"), nullptr, "train");
    QPushButton* folder =
        makeButton("runFolder", tr("Open folder"), tr("Show the files of the run"), nullptr, "folder");
    QPushButton* discard =
        makeButton("runDiscard", tr("Move to trash"), tr("Move the folder of the run to the trash"), nullptr, "remove");
    connect(again, &QPushButton::clicked, this, [this] { emit reproduceRequested(m_run->folder); });
    connect(folder, &QPushButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(QFile::decodeName(m_run->folder.c_str()))); });
    connect(discard, &QPushButton::clicked, this, [this] { emit discardRequested(m_run->folder); });
    layout->addWidget(m_name);
    layout->addWidget(m_facts);
    layout->addSpacing(4);
    layout->addWidget(makeLabel(tr("Tags"), "section"));
    layout->addWidget(m_tags);
    layout->addWidget(makeLabel(tr("Notes"), "section"));
    layout->addWidget(m_notes, 1);
    layout->addSpacing(4);
    m_extend = makeButton("runExtend", tr("Train longer…"), tr("Go on with this run for more epochs"), nullptr, "plus");
    connect(m_extend, &QPushButton::clicked, this, [this] { emit extendRequested(m_run->folder, m_run->epochs); });
    layout->addWidget(m_extend);
    layout->addWidget(again);
    layout->addWidget(folder);
    layout->addWidget(discard);
    return about;
}

void RunDetails::show(const std::optional<RunSummary>& run) {
    const bool same = run && m_run && run->folder == m_run->folder;
    if (!same) save();
    m_run = run;
    m_states->setCurrentIndex(run ? 1 : 0);
    if (!run) return;
    m_name->setText(QString::fromStdString(run->name));
    m_facts->setText(factsOf(*run));
    if (same) return;  // what is being typed stays
    QStringList tags;
    for (const std::string& tag : run->notes.tags) tags << QString::fromStdString(tag);
    m_tags->setText(tags.join(QStringLiteral(", ")));
    m_notes->setPlainText(QString::fromStdString(run->notes.text));
    m_saving.stop();
}

void RunDetails::save() {
    m_saving.stop();
    if (!m_run) return;
    const RunNotes notes{m_notes->toPlainText().toStdString(), tagsFromText(m_tags->text().toStdString())};
    if (notes == m_run->notes) return;
    const RunNotes before = std::exchange(m_run->notes, notes);
    QtConcurrent::run(&m_pool, [run = m_run->folder, notes] {
        const Status written = writeNotes(run, notes);
        return written ? QString() : errorText(written.error());
    }).then(this, [this, run = m_run->folder, before](const QString& problem) {
        if (problem.isEmpty()) return emit notesChanged();
        if (m_run && m_run->folder == run) m_run->notes = before;  // to be tried again
        emit failed(problem);
    });
}

void RunDetails::compare(const std::vector<RunSummary>& ticked) {
    const int number = ++m_comparison;
    m_table->hide();
    m_compared->hide();
    if (ticked.size() != 2) return;
    using Found = Result<std::vector<SpecDifference>>;
    QtConcurrent::run(&m_pool,
                      [first = ticked[0].folder, second = ticked[1].folder] {
                          return std::make_shared<Found>([&]() -> Found {
                              TRY(const RunSpec a, specOfRun(first));
                              TRY(const RunSpec b, specOfRun(second));
                              return differences(a, b);
                          }());
                      })
        .then(this, [this, number,
                     names = QStringList{QString::fromStdString(ticked[0].name),
                                         QString::fromStdString(ticked[1].name)}](const std::shared_ptr<Found>& found) {
            if (number == m_comparison) showDifferences(names, *found);
        });
}

void RunDetails::showDifferences(const QStringList& names, const Result<std::vector<SpecDifference>>& found) {
    const bool some = found && !found->empty();
    m_compared->setText(!found ? errorText(found.error())
                        : some ? tr("What is different about %1 and %2:").arg(names[0], names[1])
                               : tr("%1 and %2 have the same settings.").arg(names[0], names[1]));
    m_differences->set(names, some ? *found : std::vector<SpecDifference>());
    m_compared->show();
    m_table->setVisible(some);
}

}  // namespace lemnos
