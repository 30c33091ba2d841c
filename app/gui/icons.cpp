// Icons drawn from SVG, with the colours put in when they are painted.
#include "app/gui/icons.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

#include "app/gui/theme.h"

namespace lemnos {

namespace {

QByteArray source(const QString& name) {
    static QHash<QString, QByteArray> read;
    auto it = read.find(name);
    if (it == read.end()) {
        QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
        const bool opened = file.open(QIODevice::ReadOnly);
        Q_ASSERT_X(opened, "icon", qPrintable(name));
        it = read.insert(name, opened ? file.readAll() : QByteArray());
    }
    return *it;
}

void paintSvg(QPainter* painter, const QRectF& rect, const QString& name, const QColor& line, const QColor& accent) {
    QByteArray svg = source(name);
    svg.replace("\"currentColor\"", '"' + line.name().toLatin1() + '"');
    svg.replace("\"accent\"", '"' + accent.name().toLatin1() + '"');
    QSvgRenderer renderer(svg);
    renderer.setAspectRatioMode(Qt::KeepAspectRatio);
    renderer.render(painter, rect);
}

class LineIconEngine : public QIconEngine {
  public:
    LineIconEngine(QString name, QColor color) : m_name(std::move(name)), m_color(std::move(color)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        QColor color = m_color.isValid() ? m_color : tokens().text;
        if (mode == QIcon::Disabled) {
            color = tokens().muted;
            painter->setOpacity(0.5);
        }
        if (mode == QIcon::Selected) color = tokens().accentText;
        paintSvg(painter, rect, m_name, color, tokens().accent);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect({}, size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new LineIconEngine(*this); }

  private:
    QString m_name;
    QColor m_color;
};

}  // namespace

QIcon icon(const QString& name) {
    return icon(name, QColor());
}

QIcon icon(const QString& name, const QColor& color) {
    return QIcon(new LineIconEngine(name, color));
}

QPixmap picture(const QString& name, QSize size, const QColor& line, const QColor& accent, qreal devicePixelRatio) {
    QPixmap pixmap(size * devicePixelRatio);
    pixmap.setDevicePixelRatio(devicePixelRatio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paintSvg(&painter, QRectF({}, size), name, line, accent);
    return pixmap;
}

QIcon appIcon() {
    QIcon result;
    for (const int size : {16, 32, 64, 128, 256}) {
        result.addPixmap(picture(QStringLiteral("lemnos"), {size, size}, Qt::black, Qt::black, 1));
    }
    return result;
}

}  // namespace lemnos
