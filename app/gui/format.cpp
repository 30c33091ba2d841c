// Number formatting.
#include "app/gui/format.h"

#include <QCoreApplication>
#include <QLocale>
#include <cmath>

namespace lemnos {

namespace {

/// The user's locale; the C locale, which writes no separators, gets them too.
QLocale numberLocale() {
    QLocale locale;
    locale.setNumberOptions(locale.numberOptions() & ~QLocale::OmitGroupSeparator);
    return locale;
}

QString threeFigures(double value) {
    const double size = std::abs(value);
    const int decimals = size >= 100 || value == std::floor(value) ? 0 : size >= 10 ? 1 : 2;
    return numberLocale().toString(value, 'f', decimals);
}

}  // namespace

QString formatCount(std::int64_t count) {
    return numberLocale().toString(qlonglong(count));
}

QString formatShort(double value) {
    if (std::abs(value) < 10'000) return formatCount(std::llround(value));
    const char* const units[] = {"", " k", " M", " G", " T", " P"};
    std::size_t unit = 0;
    while (std::abs(value) >= 999.5 && unit + 1 < std::size(units)) {
        value /= 1000;
        ++unit;
    }
    return threeFigures(value) + QLatin1String(units[unit]);
}

QString formatBytes(std::int64_t bytes) {
    const char* const units[] = {"B", "KB", "MB", "GB", "TB"};
    double value = double(bytes);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < std::size(units)) {
        value /= 1000;
        ++unit;
    }
    return threeFigures(value) + QLatin1Char(' ') + QLatin1String(units[unit]);
}

QString formatPercent(double share) {
    return QCoreApplication::translate("format", "%1 %").arg(numberLocale().toString(share * 100, 'f', 1));
}

QString formatLoss(double loss) {
    if (!std::isfinite(loss)) return QCoreApplication::translate("format", "not a number");
    if (loss != 0 && std::abs(loss) < 1e-4) return numberLocale().toString(loss, 'e', 1);
    return numberLocale().toString(loss, 'f', loss != 0 && std::abs(loss) < 0.01 ? 5 : std::abs(loss) < 10 ? 3 : 1);
}

QString formatDuration(double seconds) {
    if (!std::isfinite(seconds) || seconds < 0) return QStringLiteral("–");
    const auto total = std::int64_t(std::ceil(std::min(seconds, 1e9)));
    const auto two = [](std::int64_t n) { return QStringLiteral("%1").arg(n, 2, 10, QLatin1Char('0')); };
    if (total < 3600) return QStringLiteral("%1:%2").arg(total / 60).arg(two(total % 60));
    return QStringLiteral("%1:%2:%3").arg(total / 3600).arg(two(total / 60 % 60), two(total % 60));
}

QString formatShape(const Shape& shape) {
    QStringList extents;
    for (int i = 0; i < shape.rank(); ++i) extents << formatCount(shape[i]);
    return extents.join(QStringLiteral(" × "));
}

}  // namespace lemnos
