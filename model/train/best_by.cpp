#include "model/train/best_by.h"

#include <algorithm>
#include <iterator>

#include "model/param.h"
#include "model/train/event.h"

namespace lemnos {

namespace {

constexpr std::string_view names[] = {"accuracy", "loss", "macro_f1"};

}  // namespace

std::string_view toString(BestBy by) {
    return names[static_cast<std::size_t>(by)];
}

std::optional<BestBy> bestByFrom(std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == std::end(names)) return {};
    return static_cast<BestBy>(found - std::begin(names));
}

std::vector<std::string> bestByNames() {
    return {std::begin(names), std::end(names)};
}

std::string_view wordsOf(BestBy by) {
    return by == BestBy::macroF1 ? "macro F1" : toString(by);
}

std::string_view titleOf(BestBy by) {
    constexpr std::string_view titles[] = {LEMNOS_TEXT("Validation accuracy"), LEMNOS_TEXT("Validation loss"),
                                           LEMNOS_TEXT("Validation macro F1")};
    return titles[static_cast<std::size_t>(by)];
}

double valueOf(BestBy by, const Metrics& metrics) {
    switch (by) {
        case BestBy::accuracy:
            return metrics.accuracy;
        case BestBy::loss:
            return metrics.loss;
        case BestBy::macroF1:
            return metrics.macroF1.value_or(0);
    }
    return 0;
}

bool isBetter(BestBy by, const Metrics& metrics, const Metrics& than) {
    const double value = valueOf(by, metrics), other = valueOf(by, than);
    return isBetter(by, value, other) || (value == other && metrics.loss < than.loss);
}

}  // namespace lemnos
