// NumberField: a spin box for the number of a Param: 64-bit integers, and reals of any size without lost digits.
#pragma once

#include <QAbstractSpinBox>

#include "model/param.h"

namespace lemnos {

class NumberField : public QAbstractSpinBox {
    Q_OBJECT

  public:
    explicit NumberField(Param param, QWidget* parent = nullptr);

    const ParamValue& value() const { return m_value; }
    /// Shows the value without saying so.
    void setValue(const ParamValue& value);

    /// Up and down: by one, or for reals to the next of 1, 2, 5, 10, 20, ... times a power of ten; shares step by 0.05.
    void stepBy(int steps) override;
    QValidator::State validate(QString& text, int& position) const override;

  signals:
    void valueChanged(const lemnos::ParamValue& value);

  protected:
    StepEnabled stepEnabled() const override;
    void focusOutEvent(QFocusEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

  private:
    void readText();
    void showValue();
    QString zeroWord() const;
    void setInvalid(const QString& reason);
    double clamped(double value) const;

    Param m_param;
    ParamValue m_value;
};

}  // namespace lemnos
