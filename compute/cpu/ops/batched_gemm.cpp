#include "compute/ops/batched_gemm.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/onednn.h"

namespace lemnos::cpu_ops {
namespace {

dnnl::memory operand(const MatrixBatch& m, const BatchedGemm& op, bool transposed) {
    const dnnl::memory::dims extents = transposed ? dnnl::memory::dims{op.outer, op.inner, m.columns, m.rows}
                                                  : dnnl::memory::dims{op.outer, op.inner, m.rows, m.columns};
    const std::int64_t stride = m.tensor.stride;
    const dnnl::memory::dims strides = transposed ? dnnl::memory::dims{m.outerOffset, m.innerOffset, 1, stride}
                                                  : dnnl::memory::dims{m.outerOffset, m.innerOffset, stride, 1};
    return onednn::at(onednn::strided(extents, strides), hostData(m.tensor) + m.offset);
}

/// The columns behind each matrix up to the next vector, if they are padding of the tensor.
void clearPadding(HostRecorder& recorder, const BatchedGemm& op) {
    const std::int64_t stride = op.c.tensor.stride, end = roundUp4(op.c.columns);
    if (end == op.c.columns) return;
    recorder.run([op, stride, end, data = hostData(op.c.tensor)] {
        for (std::int64_t row = 0; row < op.outer * op.inner * op.c.rows; ++row) {
            const std::int64_t matrix = row / op.c.rows;
            const std::int64_t start = op.c.offset + matrix / op.inner * op.c.outerOffset +
                                       matrix % op.inner * op.c.innerOffset + row % op.c.rows * stride;
            for (std::int64_t at = start + op.c.columns; at < start + end; ++at) {
                if (at % stride >= op.c.tensor.columns) data[at] = 0;
            }
        }
    });
}

Status record(HostRecorder& recorder, const BatchedGemm& op) {
    return onednn::guarded(BatchedGemm::name, [&]() -> Status {
        const dnnl::memory a = operand(op.a, op, op.transposeA), b = operand(op.b, op, op.transposeB);
        const dnnl::memory c = operand(op.c, op, false);
        const dnnl::matmul::desc product(a.get_desc(), b.get_desc(), c.get_desc());
        const dnnl::matmul::primitive_desc description(product, onednn::attributes(op.scale, op.accumulate),
                                                       onednn::processor());
        TRY_OK(onednn::execute(recorder, dnnl::matmul(description), description,
                               {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}}));
        clearPadding(recorder, op);
        return {};
    });
}

}  // namespace

extern const HostOp batched_gemm = hostOp<BatchedGemm, record>();

}  // namespace lemnos::cpu_ops
