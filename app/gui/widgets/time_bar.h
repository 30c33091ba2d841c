// TimeBar: where a step's time goes, as one bar with its legend, and what to do about it.
#pragma once

#include <QFrame>
#include <array>

#include "model/train/step_times.h"

class QLabel;

namespace lemnos {

class TimeBar : public QFrame {
    Q_OBJECT

  public:
    explicit TimeBar(QWidget* parent = nullptr);

    void clear();
    /// Adds the latest times. What is shown is a running average, so that it does not flicker.
    void add(const StepTimes& times);

    static constexpr std::size_t partCount = 5;
    /// Of what is shown: read, decode, upload, compute, sync; they add up to 1, or are 0 where nothing is known.
    const std::array<double, partCount>& shares() const { return m_shares; }

  private:
    class Stripe;
    void show();

    StepTimes m_recent;
    std::array<double, partCount> m_shares{};
    Stripe* m_stripe;
    std::array<QLabel*, partCount> m_legend{};
    QLabel* m_advice;
};

}  // namespace lemnos
