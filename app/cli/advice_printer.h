// Shows what the advisor says.
#pragma once

#include "model/together/advisor.h"

namespace lemnos {

/// The PCs, each way to train with its arithmetic, and what to do.
void printAdvice(const Advice& advice);

}  // namespace lemnos
