// Numbers as users read them.
#pragma once

#include <QString>
#include <cstdint>

#include "model/graph/plan.h"

namespace lemnos {

/// "4,317", with the separators of the user's language.
QString formatCount(std::int64_t count);
/// "173 M", "1.2 k": three significant figures at most.
QString formatShort(double value);
/// "1.9 GB", "412 MB".
QString formatBytes(std::int64_t bytes);
/// "91.4 %"
QString formatPercent(double share);
/// "0.284", "0.00031": four significant figures at most.
QString formatLoss(double loss);
/// "6:12", "1:02:45".
QString formatDuration(double seconds);
/// "96 × 96 × 3"
QString formatShape(const Shape& shape);

}  // namespace lemnos
