// GraphBuilder: writes a network down layer by layer, and knows the size of the picture at every place.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "compute/shape.h"
#include "model/graph/graph.h"

namespace lemnos {

/// Every function appends layers and returns the name of the last one. They read the layer before, or `from`.
class GraphBuilder {
  public:
    GraphBuilder(std::string_view name, const Shape& picture);

    /// Any layer.
    std::string add(const std::string& type, const ParamMap& params = {}, const std::vector<std::string>& inputs = {});

    struct Conv {
        std::int64_t filters = 0;  ///< output channels
        std::int64_t kernel = 3, stride = 1;
        bool depthwise = false;  ///< a group per channel; filters stay as they are
        bool bias = false;
    };
    /// A convolution that keeps the size of the picture (divided by the stride), as PyTorch pads: kernel / 2 pixels.
    std::string conv(const Conv& conv, const std::string& from = {});
    /// conv, batch_norm and, unless empty, an activation.
    std::string convNorm(const Conv& conv, const std::string& activation = "relu", const std::string& from = {});
    /// A convolution whose windows touch but do not overlap; what is left over at the edge is not seen.
    std::string patchConv(std::int64_t filters, std::int64_t size);
    std::string maxPool(std::int64_t size, std::int64_t stride);
    std::string dense(std::int64_t units);
    std::string dropout(double rate);
    /// Global average pooling, where the picture is no longer needed.
    std::string globalAveragePool();

    /// Name of the last layer.
    const std::string& last() const { return m_graph.layers.back().name; }
    std::int64_t height() const { return m_height; }
    std::int64_t width() const { return m_width; }
    std::int64_t shorterSide() const { return std::min(m_height, m_width); }
    std::int64_t channels() const { return m_channels; }

    /// Goes back to an earlier place, to begin a second branch there.
    struct Spot {
        std::string name;
        std::int64_t height, width, channels;
    };
    Spot spot() const { return {last(), m_height, m_width, m_channels}; }
    /// Takes up the extents of a spot; the next layer must name it as its input.
    void goTo(const Spot& spot);

    /// The network with scores (one per class) and softmax at its end.
    Graph finish() &&;

  private:
    Graph m_graph;
    std::int64_t m_height, m_width, m_channels;
};

}  // namespace lemnos
