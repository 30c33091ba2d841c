// BestBy: which figure of the validation pictures says what is best: the epoch of a run, the trial of a sweep.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lemnos {

struct Metrics;

enum class BestBy : std::uint8_t { accuracy, loss, macroF1 };

/// As the setting best_by has it: "accuracy", "loss", "macro_f1".
std::string_view toString(BestBy by);
std::optional<BestBy> bestByFrom(std::string_view name);
std::vector<std::string> bestByNames();
/// For people: "accuracy", "loss", "macro F1".
std::string_view wordsOf(BestBy by);
/// For the head of a figure: "Validation macro F1"; LEMNOS_TEXT.
std::string_view titleOf(BestBy by);

inline bool lowerIsBetter(BestBy by) {
    return by == BestBy::loss;
}
inline bool isBetter(BestBy by, double value, double than) {
    return lowerIsBetter(by) ? value < than : value > than;
}

double valueOf(BestBy by, const Metrics& metrics);
/// Whether they are better; of equal ones, those with the smaller loss are.
bool isBetter(BestBy by, const Metrics& metrics, const Metrics& than);

}  // namespace lemnos
