// The self-test of a device: every op with every example against its definition.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "compute/reference/reference_op.h"

namespace lemnos {

struct SelfTest {
    std::int64_t examples = 0;           ///< that were run
    std::vector<OpComparison> failures;  ///< of those that differ more than allowed
    std::vector<std::string> errors;     ///< "conv2d, 3x3: ...": what the device could not do at all
    std::vector<OpComparison> worst;     ///< of each op, the example that came nearest to its tolerance

    bool ok() const { return failures.empty() && errors.empty() && examples > 0; }
};

/// Runs all of it; `progress` is told how many of how many examples are done.
SelfTest runSelfTest(Device& device, const std::function<void(std::int64_t, std::int64_t)>& progress = {},
                     std::stop_token stop = {});

}  // namespace lemnos
