#include "app/gui/widgets/parallel_plot.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "app/gui/format.h"
#include "app/gui/theme.h"

namespace lemnos {

namespace {

constexpr double clickDistance = 8;
constexpr double worthALogarithm = 30;  // from here on a linear axis would crowd the small values

std::optional<double> numberOf(const ParamValue& value) {
    if (const auto* real = std::get_if<double>(&value)) return *real;
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return double(*whole);
    return {};
}

double distance(const QPointF& p, const QPointF& a, const QPointF& b) {
    const QPointF along = b - a;
    const double length = QPointF::dotProduct(along, along);
    const double t = length > 0 ? std::clamp(QPointF::dotProduct(p - a, along) / length, 0.0, 1.0) : 0.0;
    const QPointF gap = p - (a + along * t);
    return std::hypot(gap.x(), gap.y());
}

}  // namespace

ParallelPlot::ParallelPlot(const TrialModel& model, QWidget* parent) : QWidget(parent), m_model(model) {
    setObjectName(QStringLiteral("parallelPlot"));
    setAccessibleName(tr("Trials as lines over their settings"));
    setFocusPolicy(Qt::StrongFocus);
    connect(&model, &TrialModel::modelReset, this, [this] {
        m_current = -1;
        rebuild();
    });
    connect(&model, &TrialModel::dataChanged, this, &ParallelPlot::rebuild);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    rebuild();
}

void ParallelPlot::setCurrent(int row) {
    if (m_current == row) return;
    m_current = row;
    update();
}

void ParallelPlot::rebuild() {
    m_axes.clear();
    const std::vector<TrialRow>& rows = m_model.table().rows();
    const auto widen = [](Axis& axis, bool& first, double value) {
        axis.low = first ? value : std::min(axis.low, value);
        axis.high = first ? value : std::max(axis.high, value);
        first = false;
    };
    for (const std::string& key : m_model.keys()) {
        Axis axis{.title = sweepLabel(key), .names = {}};
        bool first = true;
        for (const TrialRow& row : rows) {
            const auto found = row.trial.values.find(key);
            if (found == row.trial.values.end()) continue;
            if (const auto number = numberOf(found->second)) {
                widen(axis, first, *number);
            } else if (const QString name = QString::fromStdString(toString(found->second));
                       std::ranges::find(axis.names, name) == axis.names.end()) {
                axis.names.push_back(name);
            }
        }
        axis.logarithmic = axis.names.empty() && axis.low > 0 && axis.high / axis.low >= worthALogarithm;
        m_axes.push_back(std::move(axis));
    }
    if (!rows.empty()) {
        Axis result{.title = m_model.headerData(m_model.valueColumn(), Qt::Horizontal, Qt::DisplayRole).toString(),
                    .names = {},
                    .upsideDown = lowerIsBetter(m_model.table().bestBy())};
        bool first = true;
        for (const TrialRow& row : rows) {
            if (row.value && std::isfinite(*row.value)) widen(result, first, *row.value);
        }
        m_axes.push_back(std::move(result));
    }
    update();
}

QRectF ParallelPlot::area() const {
    return QRectF(rect()).adjusted(72, 36, -96, -16);
}

double ParallelPlot::xOf(std::size_t axis) const {
    const QRectF box = area();
    return m_axes.size() < 2 ? box.center().x() : box.left() + box.width() * double(axis) / double(m_axes.size() - 1);
}

double ParallelPlot::shareOf(const Axis& axis, double value) const {
    if (axis.high <= axis.low) return 0.5;
    const double share = axis.logarithmic ? std::log(value / axis.low) / std::log(axis.high / axis.low)
                                          : (value - axis.low) / (axis.high - axis.low);
    return axis.upsideDown ? 1 - share : share;
}

QPolygonF ParallelPlot::lineOf(int row) const {
    QPolygonF line;
    const QRectF box = area();
    const TrialRow& trial = m_model.table().rows()[std::size_t(row)];
    for (std::size_t i = 0; i < m_axes.size(); ++i) {
        const Axis& axis = m_axes[i];
        double share = 0.5;
        if (i + 1 == m_axes.size()) {
            if (!trial.value || !std::isfinite(*trial.value)) break;
            share = shareOf(axis, *trial.value);
        } else {
            const auto found = trial.trial.values.find(m_model.keys()[i]);
            if (found == trial.trial.values.end()) break;
            if (const auto number = numberOf(found->second)) {
                share = shareOf(axis, *number);
            } else if (axis.names.size() > 1) {
                const auto at = std::ranges::find(axis.names, QString::fromStdString(toString(found->second)));
                share = double(at - axis.names.begin()) / double(axis.names.size() - 1);
            }
        }
        line << QPointF(xOf(i), box.bottom() - share * box.height());
    }
    return line;
}

double ParallelPlot::goodness(const TrialRow& row) const {
    return row.value && std::isfinite(*row.value) && !m_axes.empty() ? shareOf(m_axes.back(), *row.value) : 0;
}

void ParallelPlot::drawAxis(QPainter& painter, std::size_t index) const {
    const Tokens& t = tokens();
    const Axis& axis = m_axes[index];
    const QRectF box = area();
    const double x = xOf(index);
    painter.setPen(QPen(t.line, 1));
    painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()));
    painter.setFont(sized(text_size::small, QFont::DemiBold));
    painter.setPen(t.text);
    const bool last = index + 1 == m_axes.size();
    painter.drawText(QRectF(x - 90, 4, 180, 20), Qt::AlignHCenter | Qt::AlignVCenter, axis.title);
    painter.setFont(sized(text_size::small));
    painter.setPen(t.muted);
    const auto tick = [&](double share, const QString& text) {
        const double y = box.bottom() - share * box.height();
        // The last axis has its numbers outside, where there are no lines.
        const QRectF place = last ? QRectF(x + 8, y - 10, 88, 20) : QRectF(x - 98, y - 10, 90, 20);
        if (!last && index > 0) {
            const double width = painter.fontMetrics().horizontalAdvance(text) + 8;
            painter.fillRect(QRectF(place.right() - width + 4, y - 9, width, 18), t.surface);
        }
        painter.drawText(place, Qt::AlignVCenter | (last ? Qt::AlignLeft : Qt::AlignRight), text);
    };
    if (!axis.names.empty()) {
        for (std::size_t i = 0; i < axis.names.size(); ++i)
            tick(axis.names.size() > 1 ? double(i) / double(axis.names.size() - 1) : 0.5, axis.names[i]);
        return;
    }
    const auto number = [&](double value) {
        return last ? m_model.valueText(value) : QString::fromStdString(toString(ParamValue(value)));
    };
    tick(shareOf(axis, axis.low), number(axis.low));
    if (axis.high > axis.low) tick(shareOf(axis, axis.high), number(axis.high));
}

void ParallelPlot::paintEvent(QPaintEvent*) {
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const std::vector<TrialRow>& rows = m_model.table().rows();
    if (rows.empty()) return;
    // The best are drawn last, over the others.
    std::vector<std::size_t> order = m_model.table().ranking();
    std::ranges::reverse(order);
    const auto best = m_model.table().best();
    const auto draw = [&](std::size_t row, const QColor& color, double width) {
        const QPolygonF line = lineOf(int(row));
        painter.setPen(QPen(color, width, rows[row].value ? Qt::SolidLine : Qt::DotLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(line);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        for (const QPointF& point : line) painter.drawEllipse(point, width + 0.6, width + 0.6);
    };
    for (const std::size_t row : order) {
        if (best == row || int(row) == m_current) continue;
        QColor color = rows[row].value ? t.series[0] : t.muted;
        color.setAlphaF(float(rows[row].value ? 0.2 + 0.6 * goodness(rows[row]) : 0.3));
        draw(row, color, 1.4);
    }
    if (best) draw(*best, t.accent, 2.6);
    if (m_current >= 0 && m_current < int(rows.size())) {
        draw(std::size_t(m_current), best == std::size_t(m_current) ? t.accent : t.text, 2.6);
    }
    for (std::size_t i = 0; i < m_axes.size(); ++i) drawAxis(painter, i);
    if (hasFocus()) {
        painter.setPen(QPen(t.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
}

int ParallelPlot::nearest(const QPointF& point) const {
    int found = -1;
    double least = clickDistance;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const QPolygonF line = lineOf(row);
        for (int i = 0; i + 1 < line.size(); ++i) {
            const double gap = distance(point, line[i], line[i + 1]);
            if (gap < least) least = gap, found = row;
        }
    }
    return found;
}

void ParallelPlot::mousePressEvent(QMouseEvent* event) {
    const int row = nearest(event->position());
    if (row < 0) return QWidget::mousePressEvent(event);
    setCurrent(row);
    emit chosen(row);
}

void ParallelPlot::keyPressEvent(QKeyEvent* event) {
    const int step = event->key() == Qt::Key_Up ? -1 : event->key() == Qt::Key_Down ? 1 : 0;
    if (step == 0 || m_model.rowCount() == 0) return QWidget::keyPressEvent(event);
    // From better to worse, as the eye goes down.
    const std::vector<std::size_t> order = m_model.table().ranking();
    const auto at = std::ranges::find(order, std::size_t(std::max(0, m_current)));
    const auto next =
        m_current < 0 ? 0 : std::clamp<std::ptrdiff_t>(at - order.begin() + step, 0, std::ssize(order) - 1);
    setCurrent(int(order[std::size_t(next)]));
    emit chosen(m_current);
}

bool ParallelPlot::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int row = nearest(help->pos());
    if (row < 0) {
        QToolTip::showText(help->globalPos(), tr("A line is a trial; click one to choose it"), this);
        return true;
    }
    QStringList lines;
    for (int column = 0; column < m_model.columnCount(); ++column) {
        const QString text = m_model.index(row, column).data().toString();
        if (!text.isEmpty())
            lines << tr("%1: %2").arg(m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), text);
    }
    QToolTip::showText(help->globalPos(), lines.join(QLatin1Char('\n')), this);
    return true;
}

}  // namespace lemnos
