// IssuesTab: resting, examining, found.
#include "app/gui/pages/issues_tab.h"

#include <QListView>
#include <QListWidget>
#include <QMenu>
#include <QProgressBar>
#include <QStackedWidget>
#include <QtConcurrentRun>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/finding_model.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/thumbnail_grid.h"

namespace lemnos {

namespace {

enum State { restingState, runningState, foundState };
constexpr int checksWidth = 200, checkHeight = 28, tile = 104;
constexpr int picturesHeight = 164;  // tiles grow by up to half to fill the width
constexpr std::size_t mostPictures = 200;

}  // namespace

IssuesTab::IssuesTab(Project& project, const Backend& backend, QWidget* parent)
    : QWidget(parent),
      m_project(project),
      m_states(new QStackedWidget),
      m_model(new FindingModel(this)),
      m_pictures(new ThumbnailGrid(backend.readImage)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_states);
    m_states->addWidget(makeResting());
    m_states->addWidget(makeRunning());
    m_states->addWidget(makeFound());

    connect(&m_doctor, &DoctorRun::started, this, [this] {
        m_bar->setRange(0, 0);
        m_phase->setText(tr("Looking at the data"));
        m_states->setCurrentIndex(runningState);
    });
    connect(&m_doctor, &DoctorRun::progressed, this, [this](const QString& check, qint64 done, qint64 total) {
        m_bar->setRange(0, total > 0 ? 1000 : 0);
        if (total > 0) m_bar->setValue(int(done * 1000 / total));
        m_phase->setText(total > 0 ? tr("%1: %2 of %3").arg(check, formatCount(done), formatCount(total)) : check);
    });
    connect(&m_doctor, &DoctorRun::finished, this,
            [this](const std::shared_ptr<const DatasetIndex>& index, const DoctorRun::Findings& findings) {
                m_model->setFindings(index, findings);
                m_model->setEditCount(m_project.history().file().edits.done().size());
                m_examined = true;
                showFindings();
            });
    connect(&m_doctor, &DoctorRun::failed, this, [this](const QString& sentence) {
        m_resting->setText(sentence);
        m_states->setCurrentIndex(restingState);
    });
    connect(&m_doctor, &DoctorRun::cancelled, this,
            [this] { m_states->setCurrentIndex(m_examined ? foundState : restingState); });
    connect(&project.history(), &DataHistory::changed, this, &IssuesTab::refresh);
    connect(&project, &Project::datasetChanged, this, [this] {
        // Other data than what was examined; edits of the same data keep the findings.
        const auto& examined = m_model->dataset();
        if (examined && examined->paths == m_project.dataset()->index->paths) return;
        m_doctor.cancel();
        m_examined = false;
        m_model->setFindings({}, {});
        m_states->setCurrentIndex(restingState);
        emit countChanged();
    });
}

QWidget* IssuesTab::makeResting() {
    auto* outer = new QWidget;
    auto* layout = new QVBoxLayout(outer);
    m_resting =
        makeParagraph(tr("Looks for copies, the same picture in two parts, damaged files, wrong extensions, and "
                         "classes that are too small or too unequal."),
                      "muted");
    m_resting->setObjectName(QStringLiteral("issuesResting"));
    m_resting->setAlignment(Qt::AlignCenter);
    m_resting->setFixedWidth(400);
    QPushButton* examine =
        makeButton("examine", tr("Examine the data"),
                   tr("Look for what is wrong with the data; your files stay as they are"), "primary");
    connect(examine, &QPushButton::clicked, this, &IssuesTab::examine);
    layout->addStretch();
    layout->addWidget(m_resting, 0, Qt::AlignHCenter);
    layout->addSpacing(16);
    layout->addWidget(examine, 0, Qt::AlignHCenter);
    layout->addStretch();
    return outer;
}

QWidget* IssuesTab::makeRunning() {
    m_phase = makeLabel({}, "heading");
    m_phase->setObjectName(QStringLiteral("doctorPhase"));
    m_bar = makeProgressBar("doctorProgress", tr("Progress of the examination"));
    QPushButton* cancel = makeButton("cancelDoctor", tr("Cancel"), tr("Stop examining"));
    connect(cancel, &QPushButton::clicked, &m_doctor, &DoctorRun::cancel);
    auto* foot = new QHBoxLayout;
    foot->addStretch();
    foot->addWidget(cancel);
    return makeProgressCard(m_phase, m_bar, foot);
}

QWidget* IssuesTab::makeFound() {
    auto* page = new QWidget;
    auto* columns = new QHBoxLayout(page);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(16);

    auto* left = new QVBoxLayout;
    left->setSpacing(8);
    m_checks = new QListWidget;
    m_checks->setObjectName(QStringLiteral("checkList"));
    m_checks->setAccessibleName(tr("Kinds of issues"));
    m_checks->setFixedWidth(checksWidth);
    connect(m_checks, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        if (!item) return;
        m_model->setCheck(item->data(Qt::UserRole).toString().toStdString());
        if (m_model->rowCount() > 0) m_list->setCurrentIndex(m_model->index(0));
        showFinding();
    });
    QPushButton* again = makeButton("examineAgain", tr("Examine again"),
                                    tr("Look once more, as after a change of the data"), nullptr, "reset");
    connect(again, &QPushButton::clicked, this, &IssuesTab::examine);
    left->addWidget(m_checks, 1);
    left->addWidget(again);
    columns->addLayout(left);

    auto* right = new QVBoxLayout;
    right->setSpacing(8);
    m_list = new QListView;
    m_list->setObjectName(QStringLiteral("findingList"));
    m_list->setAccessibleName(tr("Issues"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new FindingDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &IssuesTab::showFinding);
    m_text = makeParagraph({});
    m_text->setObjectName(QStringLiteral("findingText"));
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_pictures->setObjectName(QStringLiteral("findingPictures"));
    m_pictures->setAccessibleName(tr("The pictures of this issue"));
    m_pictures->setTileSize(tile);
    m_pictures->setFixedHeight(picturesHeight);
    m_all = makeButton("fixAll", {}, tr("Do the recommended thing for all issues of this kind; Undo takes it back"));
    connect(m_all, &QPushButton::clicked, this, &IssuesTab::fixAll);
    m_buttons = new QHBoxLayout;
    auto* foot = new QHBoxLayout;
    foot->addLayout(m_buttons);
    foot->addStretch();
    foot->addWidget(m_all);
    right->addWidget(m_list, 1);
    right->addWidget(makeRule());
    right->addWidget(m_text);
    right->addWidget(m_pictures);
    right->addLayout(foot);
    columns->addLayout(right, 1);
    return page;
}

void IssuesTab::examineOnce() {
    if (!m_examined && !m_doctor.isRunning() && m_project.dataset()) examine();
}

int IssuesTab::openCount() const {
    if (!m_examined) return -1;
    int count = 0;
    for (const auto& [check, open] : m_model->counts()) count += open;
    return count;
}

void IssuesTab::examine() {
    const auto done = m_project.history().file().edits.done();
    m_doctor.start(m_project.dataset()->index, {done.begin(), done.end()});
}

void IssuesTab::showFindings() {
    const QString before = m_checks->currentItem() ? m_checks->currentItem()->data(Qt::UserRole).toString() : QString();
    m_checks->clear();
    const auto& counts = m_model->counts();
    int total = 0;
    for (const CheckType* check : orderedChecks()) {
        const auto found = counts.find(check->name);
        if (found == counts.end()) continue;
        total += found->second;
        auto* item = new QListWidgetItem(
            QStringLiteral("%1  %2").arg(translated(std::string(check->label)), formatCount(found->second)), m_checks);
        item->setData(Qt::UserRole, QString::fromStdString(found->first));
        item->setToolTip(translated(std::string(check->help)));
        item->setSizeHint({0, checkHeight});
    }
    auto* all = new QListWidgetItem(tr("All  %1").arg(formatCount(total)));
    all->setData(Qt::UserRole, QString());
    all->setSizeHint({0, checkHeight});
    m_checks->insertItem(0, all);
    m_checks->setCurrentRow(0);
    for (int row = 1; row < m_checks->count(); ++row) {
        if (m_checks->item(row)->data(Qt::UserRole).toString() == before) m_checks->setCurrentRow(row);
    }
    m_states->setCurrentIndex(foundState);
    showFinding();
    emit countChanged();
}

void IssuesTab::refresh() {
    if (!m_examined) return;
    const int row = m_list->currentIndex().row();
    m_model->setEditCount(m_project.history().file().edits.done().size());
    showFindings();
    if (m_model->rowCount() > 0) m_list->setCurrentIndex(m_model->index(std::clamp(row, 0, m_model->rowCount() - 1)));
}

void IssuesTab::showFinding() {
    while (QLayoutItem* item = m_buttons->takeAt(0)) {
        // Later, because it may be the one whose click is being answered.
        item->widget()->hide();
        item->widget()->setObjectName({});
        item->widget()->deleteLater();
        delete item;
    }
    const QModelIndex current = m_list->currentIndex();
    m_pictures->setVisible(current.isValid());
    m_all->setVisible(current.isValid());
    if (!current.isValid()) {
        m_text->setText(m_model->counts().empty() ? tr("Nothing is wrong with the data.") : tr("Choose an issue."));
        m_pictures->thumbnails()->setSamples(m_model->dataset(), {});
        return;
    }
    const Finding& finding = m_model->finding(m_model->findingAt(current.row()));
    m_text->setText(translated(textOf(*m_model->dataset(), finding)));
    std::vector<quint32> samples = finding.samples;
    if (samples.size() > mostPictures) samples.resize(mostPictures);
    m_pictures->setVisible(!samples.empty());
    m_pictures->thumbnails()->setSamples(m_model->dataset(), std::move(samples));
    const std::vector<Fix> fixes = fixesFor(*m_model->dataset(), finding);
    const QString first = translated(fixes.front().label);
    QPushButton* recommended =
        makeButton("fix0", first, tr("%1; your files stay as they are, and Undo takes it back").arg(first), "primary");
    connect(recommended, &QPushButton::clicked, this, [this] { fix(0); });
    m_buttons->addWidget(recommended);
    if (fixes.size() > 1) {
        QPushButton* more = makeButton("moreFixes", tr("More"), tr("What else can be done about this issue"));
        auto* menu = new QMenu(more);
        for (std::size_t i = 1; i < fixes.size(); ++i) {
            menu->addAction(translated(fixes[i].label), this, [this, i] { fix(i); })
                ->setObjectName(QStringLiteral("fix%1").arg(i));
        }
        more->setMenu(menu);
        m_buttons->addWidget(more);
    }
    const int alike = m_model->counts().find(finding.check)->second;
    m_all->setText(tr("Fix all %1").arg(formatCount(alike)));
    m_all->setAccessibleName(m_all->text());
    m_all->setVisible(alike > 1);
}

void IssuesTab::fix(std::size_t choice) {
    const QModelIndex current = m_list->currentIndex();
    if (!current.isValid()) return;
    const int place = m_model->findingAt(current.row());
    const Fix fix = fixesFor(*m_model->dataset(), m_model->finding(place))[choice];
    if (fix.isEdit()) {
        Edit edit = editFor(*m_model->dataset(), fix);
        const QString what = editText(edit);
        return apply({place}, {std::move(edit)}, what);
    }
    ParamMap settings = m_project.settings();
    settings[fix.setting] = fix.value;
    m_project.setSettings(settings);
    m_text->setText(tr("The training settings have it now: %1.").arg(translated(fix.label)));
}

void IssuesTab::fixAll() {
    const QModelIndex current = m_list->currentIndex();
    if (!current.isValid()) return;
    const DoctorRun::Findings findings = m_model->findings();
    const std::string_view check = m_model->finding(m_model->findingAt(current.row())).check;
    std::vector<int> places;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const int place = m_model->findingAt(row);
        if (m_model->finding(place).check == check) places.push_back(place);
    }
    m_all->setEnabled(false);
    struct Mended {
        std::vector<int> places;
        std::vector<Edit> edits;
    };
    // There may be hundreds of thousands.
    QtConcurrent::run([findings, index = m_model->dataset(), places = std::move(places)] {
        auto mended = std::make_shared<Mended>();
        std::vector<Finding> some;
        for (const int place : places) {
            const Finding& finding = (*findings)[std::size_t(place)];
            if (!fixesFor(*index, finding).front().isEdit()) continue;
            mended->places.push_back(place);
            some.push_back(finding);
        }
        mended->edits = editsFor(*index, some);
        return mended;
    }).then(this, [this, findings](const std::shared_ptr<Mended>& mended) {
        m_all->setEnabled(true);
        if (findings != m_model->findings() || mended->edits.empty()) return;  // or other data was opened meanwhile
        apply(mended->places, std::move(mended->edits), tr("Fix %n issue(s)", nullptr, int(mended->places.size())));
    });
}

void IssuesTab::apply(const std::vector<int>& findings, std::vector<Edit> edits, const QString& what) {
    m_model->setMended(findings, m_project.history().file().edits.done().size() + 1);
    const Status done = m_project.edit(std::move(edits), what);
    if (done) return;
    m_model->setMended({}, m_project.history().file().edits.done().size() + 1);
    emit refused(errorText(done.error()));
}

}  // namespace lemnos
