// ExportPage: form, progress, proof.
#include "app/gui/pages/export_page.h"

#include <QDesktopServices>
#include <QDir>
#include <QLineEdit>
#include <QProgressBar>
#include <QStackedWidget>
#include <QUrl>
#include <nlohmann/json.hpp>

#include "app/gui/format.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/empty_state.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "app/session/qt_path.h"
#include "model/train/event.h"

namespace lemnos {

namespace {

using nlohmann::json;

constexpr int formWidth = 640;

/// What the last line of `lemnos-cli export --json` tells.
struct Proof {
    QString file;
    std::int64_t images = 0;
    std::int64_t sameTop1 = 0;
    double largestDifference = 0;
    QString worstImage;
};

std::optional<Proof> parseProof(const QByteArray& output) {
    const QByteArray last = output.trimmed().split('\n').last();
    for (const QByteArray& text : {output, last}) {
        const json object = json::parse(text.begin(), text.end(), nullptr, false);
        if (!object.is_object()) continue;
        const json& proof = object.contains("verification") ? object["verification"] : object;
        try {
            return Proof{.file = QString::fromStdString(object.value("file", std::string())),
                         .images = proof.value("images", std::int64_t{0}),
                         .sameTop1 = proof.value("same_top1", std::int64_t{0}),
                         .largestDifference = proof.value("largest_difference", 0.0),
                         .worstImage = QString::fromStdString(proof.value("worst_image", std::string()))};
        } catch (const json::exception&) {
            continue;
        }
    }
    return {};
}

}  // namespace

ExportPage::ExportPage(Project& project, Dialogs& dialogs, QWidget* parent)
    : Page(parent), m_project(project), m_dialogs(dialogs), m_about(new QWidget), m_states(new QStackedWidget) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_states);
    m_states->addWidget(makeEmpty());
    m_states->addWidget(makeForm());

    auto* about = new QVBoxLayout(m_about);
    about->setContentsMargins(16, 16, 16, 16);
    about->setSpacing(8);
    m_aboutText = makeParagraph({}, "small");
    m_aboutText->setObjectName(QStringLiteral("exportAbout"));
    about->addWidget(makeLabel(tr("What is in the file"), "section"));
    about->addWidget(m_aboutText);
    about->addStretch();

    connect(&m_call, &CliCall::line, this, &ExportPage::showProgress);
    connect(&m_call, &CliCall::done, this, &ExportPage::showDone);
    connect(&m_call, &CliCall::failed, this, &ExportPage::showFailed);
    connect(&project, &Project::runChanged, this, &ExportPage::refresh);
    connect(&project, &Project::planChanged, this, &ExportPage::refresh);
    refresh();
}

QWidget* ExportPage::inspector() {
    return m_about;
}

QWidget* ExportPage::makeEmpty() {
    auto* empty = new EmptyState(QStringLiteral("empty-export"), tr("Train a network first, then export it here"));
    empty->setRemark(tr("An ONNX file runs in OpenCV, ONNX Runtime and most other tools, without Lemnos."));
    QPushButton* go = makeButton("goToTrain", tr("Go to Train"), tr("Open the Train page (Ctrl+3)"), "primary");
    connect(go, &QPushButton::clicked, this, [this] { emit goTo(Step::train); });
    empty->addButton(go);
    return empty;
}

QWidget* ExportPage::makeForm() {
    auto* page = new QWidget;
    auto* outer = new QHBoxLayout(page);
    outer->setContentsMargins(16, 16, 16, 16);
    auto* column = new QWidget;
    column->setMaximumWidth(formWidth);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(makeTarget());
    layout->addWidget(makeDestination());
    layout->addWidget(makeResult());
    layout->addStretch();
    outer->addStretch(1);
    outer->addWidget(column, 100);
    outer->addStretch(1);
    return page;
}

QFrame* ExportPage::makeTarget() {
    QFrame* card = makeCard();
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(4);
    layout->addWidget(makeLabel(tr("ONNX"), "heading"));
    layout->addWidget(
        makeParagraph(tr("One file with weights, preprocessing and class names. Before it is called done, "
                         "OpenCV runs it on validation pictures and its answers are compared with ours."),
                      "muted"));
    return card;
}

QFrame* ExportPage::makeDestination() {
    QFrame* card = makeCard();
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_destination = new QLineEdit;
    m_destination->setObjectName(QStringLiteral("exportFolder"));
    m_destination->setAccessibleName(tr("Destination folder"));
    m_destination->setToolTip(tr("The folder that gets model.onnx; it is made if it is missing"));
    QPushButton* browse = makeButton("chooseExportFolder", tr("Choose…"), tr("Choose the destination folder"));
    m_export = makeButton("exportButton", tr("Export"), tr("Write and verify the file"), "primary");
    connect(browse, &QPushButton::clicked, this, [this] {
        const QString chosen = m_dialogs.chooseFolder(this, tr("Export to"), m_destination->text());
        if (!chosen.isEmpty()) m_destination->setText(chosen);
    });
    connect(m_export, &QPushButton::clicked, this, &ExportPage::toggle);
    connect(m_destination, &QLineEdit::returnPressed, this, [this] {
        if (!m_call.isRunning()) toggle();
    });
    row->addWidget(m_destination, 1);
    row->addWidget(browse);
    row->addWidget(m_export);
    QLabel* label = makeLabel(tr("Destination folder"), "section");
    label->setBuddy(m_destination);
    layout->addWidget(label);
    layout->addLayout(row);
    m_bar = new QProgressBar;
    m_bar->setObjectName(QStringLiteral("exportProgress"));
    m_bar->setAccessibleName(tr("Progress of the export"));
    m_bar->setTextVisible(false);
    m_phase = makeLabel({}, "small");
    layout->addWidget(m_bar);
    layout->addWidget(m_phase);
    m_bar->hide();
    m_phase->hide();
    return card;
}

QFrame* ExportPage::makeResult() {
    m_result = makeCard();
    m_result->setObjectName(QStringLiteral("exportResult"));
    auto* row = new QHBoxLayout(m_result);
    row->setContentsMargins(16, 16, 16, 16);
    row->setSpacing(12);
    m_resultIcon = makeLabel({});
    m_resultTitle = makeParagraph({}, "heading");
    m_resultTitle->setObjectName(QStringLiteral("exportResultTitle"));
    m_resultText = makeParagraph({}, "muted");
    m_resultText->setObjectName(QStringLiteral("exportResultText"));
    m_resultText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_openFolder = makeButton("openExportFolder", tr("Open folder"), tr("Show the exported file"), nullptr, "folder");
    connect(m_openFolder, &QPushButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(m_folder)); });
    auto* texts = new QVBoxLayout;
    texts->setSpacing(4);
    texts->addWidget(m_resultTitle);
    texts->addWidget(m_resultText);
    row->addWidget(m_resultIcon, 0, Qt::AlignTop);
    row->addLayout(texts, 1);
    row->addWidget(m_openFolder, 0, Qt::AlignTop);
    m_result->hide();
    return m_result;
}

void ExportPage::refresh() {
    m_states->setCurrentIndex(m_project.hasWeights() ? 1 : 0);
    const bool otherRun = m_project.runFolder() != m_shownRun;
    // Size and classes may be changed after a run; the file holds those that the run began with.
    if (otherRun || m_shownRun.empty()) describeFile();
    if (!otherRun) return;
    m_shownRun = m_project.runFolder();
    m_result->hide();
    m_destination->setText(m_shownRun.empty() ? QString() : QDir::toNativeSeparators(toText(m_shownRun / "export")));
}

void ExportPage::describeFile() {
    const Shape shape = m_project.inputShape();
    m_aboutText->setText(
        tr("Input \"image\": decoded pictures of %1 pixels and %2 channel(s), values 0 to 255, as many at a time as "
           "you "
           "like.\n\nOutput \"probabilities\": one per class, %3 of them. The class names are in the file, under the "
           "key "
           "\"labels\".\n\nNormalising is inside the file; resizing to %1 is what the caller does first.")
            .arg(QStringLiteral("%1 × %2").arg(shape[1]).arg(shape[0]))
            .arg(shape[2])
            .arg(formatCount(m_project.classCount())));
}

void ExportPage::toggle() {
    if (m_call.isRunning()) {
        m_call.cancel();
        setRunning(false);
        return;
    }
    m_folder = QDir::fromNativeSeparators(m_destination->text().trimmed());
    if (m_folder.isEmpty()) {
        showFailed(tr("Choose a destination folder first."));
        return;
    }
    m_result->hide();
    setRunning(true);
    m_call.start({QStringLiteral("export"), toText(m_project.runFolder()), QStringLiteral("--out"), m_folder,
                  QStringLiteral("--json")});
}

void ExportPage::setRunning(bool running) {
    m_export->setText(running ? tr("Cancel") : tr("Export"));
    m_export->setAccessibleName(m_export->text());
    m_destination->setEnabled(!running);
    m_bar->setRange(0, 0);
    m_bar->setVisible(running);
    m_phase->setVisible(running);
    m_phase->setText(tr("Writing and verifying…"));
}

void ExportPage::showProgress(const QByteArray& line) {
    const Result<Event> event = eventFromLine({line.constData(), std::size_t(line.size())});
    const auto* phase = event ? std::get_if<PhaseEvent>(&event->what) : nullptr;
    if (!phase) return;
    m_bar->setRange(0, phase->total > 0 ? 1000 : 0);
    if (phase->total > 0) m_bar->setValue(int(phase->done * 1000 / phase->total));
    m_phase->setText(translated(phase->text));
}

void ExportPage::showDone(const QByteArray& output) {
    setRunning(false);
    const std::optional<Proof> proof = parseProof(output);
    if (!proof) {
        showFailed(
            tr("The export ended, but what it said could not be read. Look into the folder before using the file."));
        return;
    }
    m_resultIcon->setPixmap(icon(QStringLiteral("check"), tokens().good).pixmap(24, 24));
    m_resultTitle->setText(tr("Exported and verified"));
    QString text =
        tr("OpenCV gave the same answers as Lemnos on %1 validation pictures: the best class was the same for %2 "
           "of them, and no probability differed by more than %3.")
            .arg(formatCount(proof->images), formatCount(proof->sameTop1),
                 QString::number(proof->largestDifference, 'g', 2));
    if (!proof->file.isEmpty()) text += QLatin1Char('\n') + QDir::toNativeSeparators(proof->file);
    m_resultText->setText(text);
    m_openFolder->show();
    m_result->show();
    m_project.setExported(true);
}

void ExportPage::showFailed(const QString& sentence) {
    setRunning(false);
    m_resultIcon->setPixmap(icon(QStringLiteral("warning"), tokens().bad).pixmap(24, 24));
    m_resultTitle->setText(tr("Not exported"));
    m_resultText->setText(sentence);
    m_openFolder->hide();
    m_result->show();
}

}  // namespace lemnos
