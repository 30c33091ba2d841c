#include "compute/ops/gemm.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/onednn.h"

namespace lemnos::cpu_ops {
namespace {

dnnl::memory operand(const Tensor& t, bool transposed) {
    const auto desc = transposed ? onednn::strided({t.columns, t.rows}, {1, t.stride})
                                 : onednn::strided({t.rows, t.columns}, {t.stride, 1});
    return onednn::at(desc, hostData(t));
}

Status record(HostRecorder& recorder, const Gemm& op) {
    return onednn::guarded(Gemm::name, [&]() -> Status {
        const dnnl::memory a = operand(op.a, op.transposeA), b = operand(op.b, op.transposeB);
        const dnnl::memory c = operand(op.c, false);
        onednn::Arguments arguments{{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}};
        dnnl::memory::desc bias;
        if (op.bias) {
            bias = onednn::strided({1, op.c.columns}, {op.bias.stride, 1});
            arguments.emplace(DNNL_ARG_BIAS, onednn::at(bias, hostData(op.bias)));
        }
        const dnnl::matmul::desc product(a.get_desc(), b.get_desc(), bias, c.get_desc());
        const dnnl::matmul::primitive_desc description(product, onednn::attributes(1, op.accumulate, op.activation),
                                                       onednn::processor());
        TRY_OK(onednn::execute(recorder, dnnl::matmul(description), description, std::move(arguments)));
        onednn::clearPadding(recorder, op.c);
        return {};
    });
}

}  // namespace

extern const HostOp gemm = hostOp<Gemm, record>();

}  // namespace lemnos::cpu_ops
