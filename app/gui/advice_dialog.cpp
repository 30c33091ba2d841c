#include "app/gui/advice_dialog.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QLocale>
#include <QTableWidget>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/gui/format.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "app/session/spec_file.h"
#include "model/phrased_error.h"
#include "model/together/advisor_json.h"
#include "model/train/event.h"

namespace lemnos {

AdviceDialog::AdviceDialog(const RunSpec& spec, QWidget* parent)
    : QDialog(parent),
      m_sentences(makeParagraph({})),
      m_pcs(makeParagraph({}, "small")),
      m_arithmetic(makeParagraph({}, "small")),
      m_ways(new QTableWidget(0, 3)),
      m_accept(new QCheckBox(tr("It need not be quite the same training"))),
      m_bar(makeProgressBar("adviceProgress", tr("Progress of the measurement"))),
      m_use(
          makeButton("adviceUse", tr("Use this"), tr("Set the next runs to the way that is chosen above"), "primary")),
      m_close(makeButton("adviceClose", tr("Cancel"), tr("End the measurement"))) {
    setObjectName(QStringLiteral("advice"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("What would help?"));
    setMinimumWidth(640);
    m_sentences->setObjectName(QStringLiteral("adviceSentences"));
    m_pcs->setObjectName(QStringLiteral("advicePcs"));
    m_arithmetic->setObjectName(QStringLiteral("adviceArithmetic"));
    for (QLabel* label : {m_sentences, m_pcs, m_arithmetic})
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_accept->setObjectName(QStringLiteral("adviceAccept"));
    m_accept->setAccessibleName(m_accept->text());
    m_accept->setToolTip(tr("Has to be ticked for ways that change the training, as said above; compare the accuracy"));
    m_bar->setRange(0, 0);
    makeWays();
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_bar, 1);
    foot->addStretch();
    foot->addWidget(m_use);
    foot->addWidget(m_close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(12);
    layout->addWidget(m_sentences);
    layout->addWidget(m_pcs);
    layout->addWidget(m_ways, 1);
    layout->addWidget(m_arithmetic);
    layout->addWidget(m_accept);
    layout->addLayout(foot);
    for (QWidget* later : std::initializer_list<QWidget*>{m_pcs, m_ways, m_arithmetic, m_accept, m_use}) later->hide();
    connect(m_close, &QPushButton::clicked, this, &QDialog::close);
    connect(m_use, &QPushButton::clicked, this, &AdviceDialog::use);
    connect(m_accept, &QCheckBox::toggled, this, &AdviceDialog::showWay);
    connect(&m_call, &CliCall::line, this, &AdviceDialog::handleLine);
    connect(&m_call, &CliCall::failed, this, [this](const QString& why) { end(why, true); });
    m_sentences->setText(
        tr("This PC and the others take some steps and send each other some numbers. Nothing is trained."));
    start(spec);
}

void AdviceDialog::makeWays() {
    m_ways->setObjectName(QStringLiteral("adviceWays"));
    m_ways->setAccessibleName(tr("Ways to train"));
    m_ways->setToolTip(tr("Each way to train, and what it would bring; choose one to see how that was reckoned"));
    m_ways->setHorizontalHeaderLabels({tr("Way"), tr("Pictures per second"), tr("Beside the fastest PC alone")});
    m_ways->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_ways->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_ways->verticalHeader()->hide();
    m_ways->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_ways->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_ways->setSelectionMode(QAbstractItemView::SingleSelection);
    m_ways->setTabKeyNavigation(false);
    m_ways->setShowGrid(false);
    connect(m_ways, &QTableWidget::itemSelectionChanged, this, &AdviceDialog::showWay);
}

void AdviceDialog::start(const RunSpec& spec) {
    auto order = writeSpecFile(toJson(spec));
    if (!order) return end(QString::fromStdString(order.error().message), true);
    m_order = *std::move(order);
    m_call.start({QStringLiteral("train"), QStringLiteral("--advise"), QStringLiteral("--events"),
                  QStringLiteral("--spec"), m_order->fileName()});
}

void AdviceDialog::handleLine(const QByteArray& line) {
    if (const auto event = eventFromLine({line.constData(), std::size_t(line.size())})) {
        if (const auto* phase = std::get_if<PhaseEvent>(&event->what))
            m_sentences->setText(translated(phraseOf(phase->text)) + QStringLiteral("…"));
        return;
    }
    const auto json = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
    if (!json.is_object() || json.value("event", "") != "advice") return;
    const auto advice = adviceFromJson(json);
    advice ? showAdvice(*advice) : end(QString::fromStdString(advice.error().message), true);
}

void AdviceDialog::showAdvice(const Advice& advice) {
    m_advice = advice;
    QStringList sentences, pcs;
    for (const Phrase& sentence : advice.sentences) sentences << translated(sentence);
    for (const MeasuredPc& pc : advice.facts.pcs) {
        const QString step = tr("%1 ms a batch").arg(QLocale().toString(pc.stepSeconds * 1e3, 'g', 3));
        pcs << (pc.name.empty()
                    ? tr("This PC: %1").arg(step)
                    : tr("%1: %2, %3 per second")
                          .arg(QString::fromStdString(pc.name), step, formatBytes(std::int64_t(pc.bytesPerSecond))));
    }
    m_pcs->setText(pcs.join(QStringLiteral(" · ")));
    m_ways->setRowCount(int(advice.modes.size()));
    for (int row = 0; row < m_ways->rowCount(); ++row) {
        const TeamMode& mode = advice.modes[std::size_t(row)];
        auto* name = new QTableWidgetItem(translated(mode.name));
        auto* speed = new QTableWidgetItem(formatCount(std::llround(mode.imagesPerSecond)));
        auto* times = new QTableWidgetItem(tr("%1 times").arg(QLocale().toString(mode.speedUp, 'g', 2)));
        for (QTableWidgetItem* figure : {speed, times}) figure->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_ways->setItem(row, 0, name);
        m_ways->setItem(row, 1, speed);
        m_ways->setItem(row, 2, times);
    }
    for (QWidget* widget : std::initializer_list<QWidget*>{m_pcs, m_ways, m_arithmetic, m_accept, m_use})
        widget->show();
    // What is not the same training is never chosen by itself.
    m_ways->selectRow(int(advice.best));
    end(sentences.join(QLatin1Char('\n')), false);
    m_ways->setMinimumHeight(220);
    m_ways->setFocus();
    adjustSize();
}

const TeamMode* AdviceDialog::way() const {
    const int row = m_ways->currentRow();
    return row >= 0 && std::size_t(row) < m_advice.modes.size() ? &m_advice.modes[std::size_t(row)] : nullptr;
}

void AdviceDialog::showWay() {
    const TeamMode* const mode = way();
    if (!mode) return;
    QStringList words{translated(mode->arithmetic)};
    for (const Phrase& change : mode->changes) words << tr("Not the same training: %1").arg(translated(change));
    m_arithmetic->setText(words.join(QLatin1Char('\n')));
    m_accept->setEnabled(!mode->isSame());
    m_use->setEnabled(mode->isSame() || m_accept->isChecked());
}

void AdviceDialog::use() {
    const TeamMode* const mode = way();
    if (!mode) return;
    emit chosen(settingsOf(*mode), mode->kind != TeamMode::Kind::alone);
    close();
}

void AdviceDialog::end(const QString& sentence, bool isError) {
    setStyled(*m_sentences, "role", isError ? "error" : "section");
    m_sentences->setText(sentence);
    m_bar->hide();
    m_close->setText(tr("Close"));
    m_close->setAccessibleName(m_close->text());
    m_close->setToolTip(tr("Close this window and leave everything as it is"));
}

}  // namespace lemnos
