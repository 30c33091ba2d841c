// FlatStyle: Fusion without the few things that no style sheet can take from it.
#pragma once

#include <QProxyStyle>

namespace lemnos {

/// The focus in a list is a line rather than a raised frame, that of buttons and tabs is left to the style sheet, and
/// the buttons of dialogs have no coloured pictures. Heads of tables are flat, begin and end where the cells below them
/// do, and have the arrow of sorting above their text, where it is in nobody's way.
class FlatStyle : public QProxyStyle {
    Q_OBJECT

  public:
    FlatStyle();
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* returned) const override;
};

}  // namespace lemnos
