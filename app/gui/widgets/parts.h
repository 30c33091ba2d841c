// The small parts that pages are put together from.
#pragma once

#include <QAction>
#include <QBoxLayout>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QString>
#include <QStyle>
#include <QVariant>

#include "app/gui/icons.h"
#include "app/gui/widgets/elided_label.h"

namespace lemnos {

/// Sets a property that the style sheet goes by, such as "role", and has it look again.
inline void setStyled(QWidget& widget, const char* property, const QVariant& value) {
    if (widget.property(property) == value) return;
    widget.setProperty(property, value);
    widget.style()->unpolish(&widget);
    widget.style()->polish(&widget);
}

/// A label in one of the style sheet's roles: "muted", "small", "section", "heading", "number", "error".
inline QLabel* makeLabel(const QString& text, const char* role = nullptr) {
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    if (role) label->setProperty("role", role);
    return label;
}

/// The same, giving way where there is no room.
inline QLabel* makeElided(const QString& text, const char* role) {
    auto* label = new ElidedLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setProperty("role", role);
    return label;
}

/// The same over as many lines as it takes.
inline QLabel* makeParagraph(const QString& text, const char* role = nullptr) {
    QLabel* label = makeLabel(text, role);
    label->setWordWrap(true);
    return label;
}

/// Sets role, name for tests and assistive technology, and tooltip in one go.
inline QPushButton* makeButton(const char* objectName, const QString& text, const QString& tip,
                               const char* role = nullptr, const char* iconName = nullptr) {
    auto* button = new QPushButton(text);
    button->setObjectName(QLatin1String(objectName));
    button->setAccessibleName(QString(text).remove(QLatin1Char('&')));
    button->setToolTip(tip);
    if (role) button->setProperty("role", role);
    if (iconName) {
        // The style leaves next to no room between icon and text.
        button->setText(QLatin1Char(' ') + text);
        button->setIcon(icon(QLatin1String(iconName)));
        button->setIconSize({16, 16});
    }
    return button;
}

/// A field that a view is filtered by, with a key that goes there from anywhere in the window.
inline QLineEdit* makeSearch(const char* objectName, const QString& text, const QString& tip, const QKeySequence& key) {
    auto* search = new QLineEdit;
    search->setObjectName(QLatin1String(objectName));
    search->setPlaceholderText(text);
    search->setAccessibleName(text);
    search->setToolTip(tip);
    search->setClearButtonEnabled(true);
    auto* find = new QAction(text, search);
    find->setShortcut(key);
    QObject::connect(find, &QAction::triggered, search, [search] { search->setFocus(Qt::ShortcutFocusReason); });
    search->addAction(find);
    return search;
}

inline QFrame* makeCard() {
    auto* card = new QFrame;
    card->setProperty("role", "card");
    return card;
}

inline QProgressBar* makeProgressBar(const char* objectName, const QString& accessibleName) {
    auto* bar = new QProgressBar;
    bar->setObjectName(QLatin1String(objectName));
    bar->setAccessibleName(accessibleName);
    bar->setTextVisible(false);
    return bar;
}

/// What a page shows while it works: a card in its middle. `foot` is a layout with a Cancel button.
inline QWidget* makeProgressCard(QLabel* what, QProgressBar* bar, QLayout* foot) {
    auto* outer = new QWidget;
    auto* centre = new QVBoxLayout(outer);
    QFrame* card = makeCard();
    card->setFixedWidth(440);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(12);
    layout->addWidget(what);
    layout->addWidget(bar);
    layout->addLayout(foot);
    centre->addWidget(card, 0, Qt::AlignCenter);
    return outer;
}

inline QFrame* makeRule() {
    auto* rule = new QFrame;
    rule->setProperty("role", "rule");
    return rule;
}

}  // namespace lemnos
