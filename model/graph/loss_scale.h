// LossScale: how much larger than itself the loss is taken in mixed precision, so that small gradients do not vanish in
// half precision. Dynamic, as in Micikevicius et al. 2018, section 3.2: it grows while all goes well, and shrinks when
// a gradient became too large, a step that is then left out.
#pragma once

#include <algorithm>
#include <cstdint>

namespace lemnos {

struct LossScale {
    static constexpr float largest = 16777216, least = 1;
    static constexpr std::int64_t patience = 2000;  ///< updates that must go well before it grows

    float factor = 65536;
    std::int64_t wentWell = 0;  ///< updates since it last changed
    float before = factor;      ///< without what the latest update has shown

    /// For the next update. How the one before it went counts from the one after: as a rule it is still under way, and
    /// where it is not (a run that is resumed, the first step of an epoch) the result must be the same.
    float next(bool latestIsKnown) const { return latestIsKnown ? before : factor; }

    /// To be told of every update in turn.
    void observe(bool overflowed) {
        before = factor;
        if (overflowed) {
            factor = std::max(factor / 2, least);
            wentWell = 0;
        } else if (++wentWell == patience) {
            factor = std::min(factor * 2, largest);
            wentWell = 0;
        }
    }
};

}  // namespace lemnos
