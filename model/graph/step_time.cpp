#include "model/graph/step_time.h"

#include <algorithm>
#include <cmath>

namespace lemnos {

namespace {

constexpr double updatePasses = 7;  ///< Adam: reads weight, gradient and two moments, writes weight and two moments

}  // namespace

double expectedStepSeconds(const Plan& plan, const DeviceSpeed& speed) {
    if (!(speed.multiplyAdds > 0) || !(speed.bytes > 0)) return 0;
    const double batch = static_cast<double>(plan.request.batch), number = plan.request.mixed() ? 2 : 4;
    double seconds = 0;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const LayerPlan& layer = plan.layers[i];
        if (layer.root != static_cast<int>(i)) continue;  // records nothing
        double values = static_cast<double>(layer.output.size());
        for (const Shape& input : layer.inputShapes) values += static_cast<double>(input.size());
        const double arithmetic = batch * static_cast<double>(layer.multiplyAdds) / speed.multiplyAdds;
        const double traffic = (batch * values + static_cast<double>(layer.parameters)) * number / speed.bytes;
        seconds += (layer.needsGradient ? 3 : 1) * std::max(arithmetic, traffic);
    }
    return seconds + updatePasses * 4 * static_cast<double>(plan.learntFloats) / speed.bytes;
}

double expectedEpochSeconds(const Plan& plan, std::int64_t samples, std::span<const DeviceSpeed> devices) {
    double stepsPerSecond = 0;
    for (const DeviceSpeed& speed : devices) {
        const double seconds = expectedStepSeconds(plan, speed);
        if (seconds > 0) stepsPerSecond += 1 / seconds;
    }
    if (stepsPerSecond == 0) return 0;
    return static_cast<double>(samples) / static_cast<double>(plan.request.batch) / stepsPerSecond;
}

}  // namespace lemnos
