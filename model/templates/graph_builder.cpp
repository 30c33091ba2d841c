#include "model/templates/graph_builder.h"

namespace lemnos {

GraphBuilder::GraphBuilder(std::string_view name, const Shape& picture)
    : m_height(picture[0]), m_width(picture[1]), m_channels(picture[2]) {
    m_graph.name = name;
    add("input");
}

std::string GraphBuilder::add(const std::string& type, const ParamMap& params, const std::vector<std::string>& inputs) {
    m_graph.layers.push_back({freshLayerName(m_graph, type), type, inputs, params});
    return last();
}

std::string GraphBuilder::conv(const Conv& conv, const std::string& from) {
    ParamMap params{{"filters", conv.depthwise ? std::int64_t{0} : conv.filters},
                    {"kernel_height", conv.kernel},
                    {"kernel_width", conv.kernel},
                    {"stride", conv.stride},
                    {"bias", conv.bias}};
    if (conv.stride > 1) {
        params["padding"] = std::string("number");
        params["padding_pixels"] = conv.kernel / 2;
    }
    if (conv.depthwise) params["groups"] = std::int64_t{0};
    m_height = (m_height + 2 * (conv.kernel / 2) - conv.kernel) / conv.stride + 1;
    m_width = (m_width + 2 * (conv.kernel / 2) - conv.kernel) / conv.stride + 1;
    if (!conv.depthwise) m_channels = conv.filters;
    return add("conv2d", params, from.empty() ? std::vector<std::string>() : std::vector{from});
}

std::string GraphBuilder::convNorm(const Conv& conv, const std::string& activation, const std::string& from) {
    this->conv(conv, from);
    add("batch_norm");
    return activation.empty() ? last() : add(activation);
}

std::string GraphBuilder::patchConv(std::int64_t filters, std::int64_t size) {
    m_height /= size;
    m_width /= size;
    m_channels = filters;
    return add("conv2d", {{"filters", filters},
                          {"kernel_height", size},
                          {"kernel_width", size},
                          {"stride", size},
                          {"padding", std::string("valid")}});
}

std::string GraphBuilder::maxPool(std::int64_t size, std::int64_t stride) {
    ParamMap params{{"size", size}, {"stride", stride}};
    const std::int64_t pad = size > stride ? size / 2 : 0;
    if (pad > 0) {
        params["padding"] = std::string("number");
        params["padding_pixels"] = pad;
    }
    m_height = (m_height + 2 * pad - size) / stride + 1;
    m_width = (m_width + 2 * pad - size) / stride + 1;
    return add("max_pool", params);
}

void GraphBuilder::goTo(const Spot& spot) {
    m_height = spot.height;
    m_width = spot.width;
    m_channels = spot.channels;
}

std::string GraphBuilder::dense(std::int64_t units) {
    return add("dense", {{"units", units}});
}

std::string GraphBuilder::dropout(double rate) {
    return add("dropout", {{"rate", rate}});
}

std::string GraphBuilder::globalAveragePool() {
    return add("global_average_pool");
}

Graph GraphBuilder::finish() && {
    m_graph.layers.push_back({"scores", "dense", {}, {{"units", std::int64_t{0}}}});
    add("softmax");
    return std::move(m_graph);
}

}  // namespace lemnos
