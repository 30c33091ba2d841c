#include "app/gui/ladder_dialog.h"

#include <nlohmann/json.hpp>

#include "app/gui/error_text.h"
#include "app/gui/widgets/ladder_chart.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/trial_model.h"
#include "app/session/spec_file.h"
#include "model/phrase_json.h"
#include "model/sweep/ladder.h"

namespace lemnos {

LadderDialog::LadderDialog(const RunSpec& spec, const QString& networkName, QWidget* parent)
    : QDialog(parent),
      m_chart(new LadderChart),
      m_sentence(makeParagraph({})),
      m_bar(makeProgressBar("ladderProgress", tr("Progress of the comparison"))),
      m_close(makeButton("ladderClose", tr("Cancel"), tr("End the comparison"))) {
    setObjectName(QStringLiteral("ladder"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Is the network the limit?"));
    setMinimumWidth(600);
    m_sentence->setObjectName(QStringLiteral("ladderSentence"));
    m_sentence->setMinimumHeight(56);
    m_sentence->setAlignment(Qt::AlignTop);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_chart->setBars({{tr("Linear"), tr("waiting"), {}, false},
                      {tr("Yours: %1").arg(networkName), tr("waiting"), {}, true},
                      {tr("Small CNN"), tr("waiting"), {}, false}});
    m_bar->setRange(0, 1000);
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_bar, 1);
    foot->addStretch();
    foot->addWidget(m_close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(12);
    layout->addWidget(m_chart);
    layout->addWidget(m_sentence);
    layout->addStretch();
    layout->addLayout(foot);
    connect(m_close, &QPushButton::clicked, this, &QDialog::close);
    connect(&m_call, &CliCall::line, this, &LadderDialog::handleLine);
    connect(&m_call, &CliCall::failed, this, [this](const QString& why) { end(why, true); });
    m_sentence->setText(
        tr("A linear network, yours and a small convolutional one train a few epochs on a sample of the "
           "data; what each reaches says where the limit is."));
    start(spec);
}

void LadderDialog::start(const RunSpec& spec) {
    auto order = writeSpecFile(toJson(spec));
    if (!order) return end(errorText(order.error()), true);
    m_order = *std::move(order);
    m_call.start({QStringLiteral("ladder"), QStringLiteral("--events"), QStringLiteral("--spec"), m_order->fileName()});
}

void LadderDialog::handleLine(const QByteArray& line) {
    if (const auto event = sweepEventFromLine({line.constData(), std::size_t(line.size())})) {
        m_table.apply(*event);
        std::vector<LadderChart::Bar> bars = m_chart->bars();
        for (std::size_t i = 0; i < std::min(bars.size(), m_table.rows().size()); ++i) {
            bars[i].value = m_table.rows()[i].value;
            bars[i].remark = trialStateText(m_table.rows()[i].state);
        }
        m_chart->setBars(std::move(bars));
        m_bar->setValue(int(m_table.progress() * 1000));
        if (std::holds_alternative<TrialEndedEvent>(*event)) emit runsChanged();
        return;
    }
    const auto json = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
    if (!json.is_object() || json.value("event", "") != "verdict") return;
    const auto verdict = phraseFromJson(json.value("phrase", nlohmann::json()));
    end(verdict ? translated(*verdict) : QString(), false);
}

void LadderDialog::end(const QString& sentence, bool isError) {
    setStyled(*m_sentence, "role", isError ? "error" : "section");
    m_sentence->setText(sentence);
    m_bar->hide();
    m_close->setText(tr("Close"));
    m_close->setAccessibleName(m_close->text());
    m_close->setToolTip(tr("Close this window; the three runs stay among the runs"));
}

}  // namespace lemnos
