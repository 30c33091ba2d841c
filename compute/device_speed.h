// What a device can do at best: the yardstick for every op, and what devices are chosen by.
#pragma once

#include "compute/device.h"

namespace lemnos {

struct DeviceSpeed {
    double multiplyAdds = 0;  ///< per second, of a large matrix product
    double bytes = 0;         ///< per second, read and written, of a large copy
};

/// The shortest time of one run of a recording, in seconds, of those in about `seconds` and three at the least; the
/// first does not count.
Result<double> shortestTime(Device& device, const Recording& recording, double seconds);

/// Measures for about `seconds`; nothing else should be at work on the device.
Result<DeviceSpeed> measureSpeed(Device& device, double seconds = 0.3);

}  // namespace lemnos
