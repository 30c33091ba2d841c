// A trial of a sweep as a process of its own: `lemnos-cli train` or `resume`.
#pragma once

#include <stop_token>

#include "model/sweep/sweep.h"

namespace lemnos {

/// A TrialRunner. The process ends with this one, however this one ends, and saves a checkpoint first.
Status runTrialProcess(const TrialOrder& order, const EventSink& sink, std::stop_token stop);

}  // namespace lemnos
