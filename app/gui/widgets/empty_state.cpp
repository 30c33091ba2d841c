// EmptyState: layout.
#include "app/gui/widgets/empty_state.h"

#include "app/gui/theme.h"
#include "app/gui/widgets/parts.h"

namespace lemnos {

namespace {

constexpr QSize pictureSize(192, 144);
constexpr int textWidth = 560;

}  // namespace

EmptyState::EmptyState(const QString& pictureName, const QString& sentence, QWidget* parent)
    : QWidget(parent),
      m_pictureName(pictureName),
      m_picture(makeLabel({})),
      m_remark(makeParagraph({}, "muted")),
      m_error(makeParagraph({}, "error")),
      m_buttons(new QHBoxLayout) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(32, 32, 32, 32);
    layout->setSpacing(8);
    QLabel* heading = makeParagraph(sentence, "heading");
    m_error->setObjectName(pictureName + QStringLiteral("-error"));
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addStretch(2);
    layout->addWidget(m_picture, 0, Qt::AlignHCenter);
    layout->addSpacing(16);
    for (QLabel* label : {heading, m_remark, m_error}) {
        label->setAlignment(Qt::AlignHCenter);
        label->setFixedWidth(textWidth);
        layout->addWidget(label, 0, Qt::AlignHCenter);
    }
    layout->addSpacing(16);
    m_buttons->setSpacing(8);
    m_buttons->addStretch();
    m_buttons->addStretch();
    layout->addLayout(m_buttons);
    layout->addStretch(3);
    m_remark->hide();
    m_error->hide();
    connect(&Theme::instance(), &Theme::changed, this, &EmptyState::applyTheme);
    applyTheme();
}

void EmptyState::addButton(QPushButton* button) {
    m_buttons->insertWidget(m_buttons->count() - 1, button);
}

void EmptyState::setRemark(const QString& text) {
    m_remark->setText(text);
    m_remark->setVisible(!text.isEmpty());
}

void EmptyState::setError(const QString& text) {
    m_error->setText(text);
    m_error->setVisible(!text.isEmpty());
}

void EmptyState::applyTheme() {
    m_picture->setPixmap(picture(m_pictureName, pictureSize, tokens().muted, tokens().accent, devicePixelRatioF()));
}

}  // namespace lemnos
