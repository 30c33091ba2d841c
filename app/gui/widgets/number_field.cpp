// NumberField on QAbstractSpinBox.
#include "app/gui/widgets/number_field.h"

#include "app/gui/error_text.h"
#include "app/gui/widgets/parts.h"

#include <QFocusEvent>
#include <QLineEdit>
#include <algorithm>
#include <cmath>

namespace lemnos {

namespace {

/// The next of ..., 0.1, 0.2, 0.5, 1, 2, 5, 10, ... above or below a positive value.
double nextNice(double value, bool up) {
    constexpr double slack = 1e-9;
    const double power = std::pow(10.0, std::floor(std::log10(value) + slack));
    const double lead = value / power;
    const double ladder[] = {0.5, 1, 2, 5, 10};
    double next = up ? 10 : 0.5;
    if (up) {
        for (const double rung : ladder) {
            if (rung > lead * (1 + slack)) return rung * power;
        }
    } else {
        for (const double rung : ladder) {
            if (rung < lead * (1 - slack)) next = rung;
        }
    }
    return next * power;
}

constexpr double smallestStep = 1e-4;
constexpr double shareStep = 0.05;

}  // namespace

NumberField::NumberField(Param param, QWidget* parent)
    : QAbstractSpinBox(parent), m_param(std::move(param)), m_value(m_param.defaultValue) {
    setButtonSymbols(NoButtons);
    setAlignment(Qt::AlignRight);
    setKeyboardTracking(true);
    connect(lineEdit(), &QLineEdit::textEdited, this, &NumberField::readText);
    showValue();
}

void NumberField::setValue(const ParamValue& value) {
    if (value == m_value && property("invalid").toBool() == false) return;
    m_value = value;
    showValue();
}

QString NumberField::zeroWord() const {
    return QCoreApplication::translate("Param", m_param.zero.c_str());
}

void NumberField::showValue() {
    const bool zero = toString(m_value) == "0" && !m_param.zero.empty();
    lineEdit()->setText(zero ? zeroWord() : QString::fromStdString(toString(m_value)));
    setInvalid({});
}

void NumberField::readText() {
    const QString text = lineEdit()->text();
    const bool zero = !m_param.zero.empty() && text.trimmed() == zeroWord();
    const Result<ParamValue> parsed = parseParam(m_param, zero ? "0" : text.toStdString());
    setInvalid(parsed ? QString() : errorText(parsed.error()));
    if (!parsed || *parsed == m_value) return;
    m_value = *parsed;
    emit valueChanged(m_value);
}

void NumberField::setInvalid(const QString& reason) {
    lineEdit()->setToolTip(reason);
    setStyled(*this, "invalid", !reason.isEmpty());
}

double NumberField::clamped(double value) const {
    return std::clamp(value, m_param.minimum, m_param.maximum);
}

void NumberField::stepBy(int steps) {
    ParamValue next = m_value;
    if (auto* whole = std::get_if<std::int64_t>(&next)) {
        *whole = std::int64_t(clamped(double(*whole) + steps));
    } else if (auto* real = std::get_if<double>(&next)) {
        const bool share = m_param.maximum <= 1 && m_param.minimum >= 0;
        for (int i = 0; i < std::abs(steps); ++i) {
            const bool up = steps > 0;
            if (share) {
                // Counted in whole steps, so that 0.1 + 0.2 does not become 0.30000000000000004.
                *real = std::round((*real + (up ? shareStep : -shareStep)) / shareStep) / std::round(1 / shareStep);
            } else if (*real > 0) {
                *real = *real <= smallestStep * 1e-6 && !up ? 0 : nextNice(*real, up);
            } else {
                *real = up && *real == 0 ? smallestStep : *real + (up ? 1 : -1);
            }
            *real = clamped(*real);
        }
        const Result<ParamValue> shortest = parseParam(m_param, QString::number(*real, 'g', 10).toStdString());
        if (shortest) next = *shortest;
    }
    if (next == m_value) return;
    m_value = next;
    showValue();
    selectAll();
    emit valueChanged(m_value);
}

QValidator::State NumberField::validate(QString&, int&) const {
    // Nothing that is typed is refused: what can't be used is marked and undone when the field is left.
    return QValidator::Acceptable;
}

QAbstractSpinBox::StepEnabled NumberField::stepEnabled() const {
    return StepUpEnabled | StepDownEnabled;
}

void NumberField::focusOutEvent(QFocusEvent* event) {
    QAbstractSpinBox::focusOutEvent(event);
    showValue();
}

void NumberField::wheelEvent(QWheelEvent* event) {
    // Scrolling the panel must not change what the pointer happens to pass over.
    if (hasFocus()) {
        QAbstractSpinBox::wheelEvent(event);
    } else {
        event->ignore();
    }
}

}  // namespace lemnos
