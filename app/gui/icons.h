// Line icons in the colours of the theme.
#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QSize>

namespace lemnos {

/// resources/icons/NAME.svg in the text colour, muted when disabled; follows the theme by itself.
QIcon icon(const QString& name);
/// The same in one colour that does not follow.
QIcon icon(const QString& name, const QColor& color);

/// A picture of resources/icons with its lines in `line` and its stress in `accent`.
QPixmap picture(const QString& name, QSize size, const QColor& line, const QColor& accent, qreal devicePixelRatio);

/// The program's own icon.
QIcon appIcon();

}  // namespace lemnos
