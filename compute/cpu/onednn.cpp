#include "compute/cpu/onednn.h"

namespace lemnos::onednn {
namespace {

void append(dnnl::post_ops& ops, const Activation& a) {
    using dnnl::algorithm;
    const auto add = [&](algorithm what, float alpha = 0, float beta = 0) { ops.append_eltwise(1, what, alpha, beta); };
    switch (a.kind) {
        case ActivationKind::none:
            return;
        case ActivationKind::relu:
            return add(algorithm::eltwise_relu);
        case ActivationKind::relu6:
            return add(algorithm::eltwise_clip, 0, 6);
        case ActivationKind::leakyRelu:
            return add(algorithm::eltwise_relu, a.alpha);
        case ActivationKind::elu:
            return add(algorithm::eltwise_elu, a.alpha);
        case ActivationKind::sigmoid:
            return add(algorithm::eltwise_logistic);
        case ActivationKind::tanh:
            return add(algorithm::eltwise_tanh);
        case ActivationKind::gelu:
            return add(algorithm::eltwise_gelu_erf);
        case ActivationKind::silu:
            return add(algorithm::eltwise_swish, 1);
        case ActivationKind::hardSwish:
            return add(algorithm::eltwise_hardswish);
    }
}

}  // namespace

const dnnl::engine& processor() {
    static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    return engine;
}

dnnl::memory::desc strided(const dnnl::memory::dims& extents, const dnnl::memory::dims& strides) {
    return {extents, dnnl::memory::data_type::f32, strides};
}

dnnl::memory::desc anyOrder(const dnnl::memory::dims& extents) {
    return {extents, dnnl::memory::data_type::f32, dnnl::memory::format_tag::any};
}

dnnl::memory at(const dnnl::memory::desc& desc, float* data) {
    return {desc, processor(), data};
}

dnnl::primitive_attr attributes(float scale, bool accumulate, const Activation& activation) {
    dnnl::primitive_attr attr;
    attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (scale != 1) attr.set_output_scales(0, {scale});
    dnnl::post_ops ops;
    if (accumulate) ops.append_sum(1);
    append(ops, activation);
    attr.set_post_ops(ops);
    return attr;
}

Status execute(HostRecorder& recorder, const dnnl::primitive& primitive, const dnnl::primitive_desc_base& description,
               Arguments arguments) {
    TRY(const dnnl::memory working, scratch(recorder, description.scratchpad_desc()));
    arguments.emplace(DNNL_ARG_SCRATCHPAD, working);
    recorder.run([primitive, arguments = std::move(arguments), stream = dnnl::stream(processor())]() mutable {
        primitive.execute(stream, arguments);
        stream.wait();
    });
    return {};
}

Status reorder(HostRecorder& recorder, const dnnl::memory& from, const dnnl::memory& to, bool accumulate) {
    if (from.get_data_handle() == to.get_data_handle()) return {};
    const dnnl::reorder::primitive_desc description(from, to, attributes(1, accumulate));
    return execute(recorder, dnnl::reorder(description), description, {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
}

Result<dnnl::memory> scratch(HostRecorder& recorder, const dnnl::memory::desc& desc) {
    if (desc.get_size() == 0) return at(desc, nullptr);
    TRY(float* const data, recorder.scratch(static_cast<std::int64_t>((desc.get_size() + 3) / 4)));
    return at(desc, data);
}

void clearPadding(HostRecorder& recorder, const Tensor& tensor) {
    if (tensor.columns == tensor.stride) return;
    recorder.run([data = hostData(tensor), tensor] {
        for (std::int64_t i = 0; i < tensor.rows; ++i)
            std::fill(data + i * tensor.stride + tensor.columns, data + (i + 1) * tensor.stride, 0.0f);
    });
}

}  // namespace lemnos::onednn
