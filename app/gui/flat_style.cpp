#include "app/gui/flat_style.h"

#include <QAbstractItemView>
#include <QPainter>
#include <QPushButton>
#include <QStyleOption>
#include <QTabBar>
#include <QTableView>

#include "app/gui/theme.h"

namespace lemnos {

namespace {

constexpr int cellMargin = 8;  // of text, left and right

/// A chevron as wide as the rectangle.
void drawArrow(QPainter& painter, const QRectF& place, bool up) {
    const double foot = up ? place.bottom() : place.top(), tip = up ? place.top() : place.bottom();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(tokens().muted, 1.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPolyline(QPolygonF({{place.left(), foot}, {place.center().x(), tip}, {place.right(), foot}}));
}

}  // namespace

FlatStyle::FlatStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

void FlatStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                              const QWidget* widget) const {
    const bool isArrow = element == PE_IndicatorHeaderArrow, isFocus = element == PE_FrameFocusRect;
    const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
    const bool inView = qobject_cast<const QAbstractItemView*>(widget);
    if (isFocus && (qobject_cast<const QPushButton*>(widget) || qobject_cast<const QTabBar*>(widget))) return;
    if (!(isArrow && header) && !(isFocus && inView))
        return QProxyStyle::drawPrimitive(element, option, painter, widget);
    painter->save();
    if (isArrow) {
        drawArrow(*painter, option->rect, header->sortIndicator == QStyleOptionHeader::SortUp);
    } else {
        painter->setPen(tokens().accent);
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
    }
    painter->restore();
}

void FlatStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                            const QWidget* widget) const {
    if (element != CE_HeaderSection && element != CE_HeaderEmptyArea)
        return QProxyStyle::drawControl(element, option, painter, widget);
    const QRect& place = option->rect;
    painter->fillRect(place, tokens().surface);
    painter->fillRect(QRect(place.left(), place.bottom(), place.width(), 1), tokens().line);
}

QRect FlatStyle::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const {
    if (element == SE_HeaderLabel) return option->rect.adjusted(cellMargin, 0, -cellMargin, 0);
    if (element == SE_HeaderArrow) return {option->rect.center().x() - 3, option->rect.top() + 4, 7, 3};
    return QProxyStyle::subElementRect(element, option, widget);
}

int FlatStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    // Qt adds one to it.
    if (metric == PM_FocusFrameHMargin && qobject_cast<const QTableView*>(widget)) return cellMargin - 1;
    return QProxyStyle::pixelMetric(metric, option, widget);
}

int FlatStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                         QStyleHintReturn* returned) const {
    if (hint == SH_DialogButtonBox_ButtonsHaveIcons) return 0;
    return QProxyStyle::styleHint(hint, option, widget, returned);
}

}  // namespace lemnos
