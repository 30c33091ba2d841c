#include "app/gui/widgets/run_offer.h"

#include "app/gui/theme.h"
#include "app/gui/widgets/parts.h"
#include "app/session/qt_path.h"

namespace lemnos {

RunOffer::RunOffer(QWidget* parent) : QFrame(parent), m_text(makeParagraph({})) {
    setObjectName(QStringLiteral("runOffer"));
    setProperty("role", "card");
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 8, 8, 8);
    row->setSpacing(8);
    auto* mark = makeLabel({});
    mark->setPixmap(icon(QStringLiteral("train"), tokens().accentText).pixmap(20, 20));
    m_text->setObjectName(QStringLiteral("runOfferText"));
    row->addWidget(mark);
    row->addWidget(m_text, 1);
    QPushButton* later = makeButton("leaveRun", tr("Not now"), tr("Leave the run to itself; it goes on"));
    QPushButton* stop = makeButton("stopFoundRun", tr("Stop"), tr("End it after the step at hand, with a checkpoint"));
    QPushButton* follow =
        makeButton("followRun", tr("Follow"), tr("Show its curves here, as if it had been started here"), "primary");
    for (QPushButton* button : {later, stop, follow}) {
        row->addWidget(button);
        connect(button, &QPushButton::clicked, this, &RunOffer::hide);
    }
    connect(stop, &QPushButton::clicked, this, [this] { emit stopRequested(m_run); });
    connect(follow, &QPushButton::clicked, this, [this] { emit followRequested(m_run); });
    hide();
}

void RunOffer::offer(const std::filesystem::path& run) {
    m_run = run;
    m_text->setText(tr("The run %1 is still training.").arg(toText(run.filename())));
    show();
}

}  // namespace lemnos
