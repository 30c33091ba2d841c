// Going on in a fresh process: a driver that lost its device is often well again in a process that starts anew.
#pragma once

#include <string>
#include <vector>

#include "compute/result.h"

namespace lemnos {

/// Becomes `lemnos-cli ARGUMENTS`: same standard streams, same process for whoever started it. Returns only when that
/// is not possible.
Status becomeFreshProcess(const std::vector<std::string>& arguments);

/// After train or resume ended with `status`: where the device was lost, becomes a `lemnos-cli resume` of the run in
/// `folder` that does not try this again. Returns `status` otherwise.
Status resumedWhereDeviceWasLost(const Status& status, const std::string& folder, bool events, bool json);

}  // namespace lemnos
