// EmptyState: layout.
#include "app/gui/widgets/empty_state.h"

#include "app/gui/theme.h"
#include "app/gui/widgets/parts.h"

namespace lemnos {

namespace {

constexpr QSize pictureSize(192, 144);
constexpr int textWidth = 560;

/// A layout gives a centred label the room of its usual lines, whatever it has to wrap.
void showText(QLabel& label, const QString& text) {
    label.setText(text);
    label.setMinimumHeight(text.isEmpty() ? 0 : label.heightForWidth(textWidth));
    label.setVisible(!text.isEmpty());
}

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
    showText(*m_remark, text);
}

void EmptyState::setError(const QString& text) {
    showText(*m_error, text);
}

void EmptyState::applyTheme() {
    m_picture->setPixmap(picture(m_pictureName, pictureSize, tokens().muted, tokens().accent, devicePixelRatioF()));
}

}  // namespace lemnos
