#include "compute/ops/activate_grad.h"

#include "compute/cpu/activation.h"
#include "compute/cpu/cpu_op.h"
#include "compute/cpu/flat.h"

namespace lemnos::cpu_ops {
namespace {

void run(const ActivateGrad& op) {
    const std::int64_t n = op.dX.rows * op.dX.stride;
    const float *value = hostData(op.value), *dY = hostData(op.dY);
    float* dX = hostData(op.dX);
    simd::withKind(op.activation.kind, [&]<ActivationKind kind>(std::integral_constant<ActivationKind, kind>) {
        const auto gradient = [alpha = op.activation.alpha](float v, float d) {
            return simd::activationGradient<kind>(v, alpha) * d;
        };
        if (op.accumulate)
            transform(
                n, dX, [gradient](float v, float d, float old) { return gradient(v, d) + old; }, value, dY, dX);
        else
            transform(n, dX, gradient, value, dY);
    });
}

Status record(HostRecorder& recorder, const ActivateGrad& op) {
    recorder.run([op] { run(op); });
    return {};
}

}  // namespace

extern const HostOp activate_grad = hostOp<ActivateGrad, record>();

}  // namespace lemnos::cpu_ops
