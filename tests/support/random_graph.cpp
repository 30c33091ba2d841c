#include "tests/support/random_graph.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "model/graph/plan.h"

namespace lemnos {
namespace {

class Drawing {
  public:
    explicit Drawing(std::uint32_t seed) : m_random(seed) {
        m_network.picture = {pick(4, 11), pick(4, 11), pick(1, 3)};
        m_network.graph.name = "random" + std::to_string(seed);
        add("input", {}, {});
        for (std::int64_t i = pick(4, 9); i > 0; --i) addSomething();
        join();
        if (pick(0, 1)) add("dropout", {{"rate", 0.25}}, {last()});
        add("dense", {{"units", pick(3, 9)}}, {last()});
        add(pick(0, 1) ? "tanh" : "gelu", {}, {last()});
        add("dense", {{"units", std::int64_t{0}}}, {last()});
        add("softmax", {}, {last()});
        m_network.graph = *graphFromJson(toJson(m_network.graph));
    }

    RandomNetwork take() { return std::move(m_network); }

  private:
    std::int64_t pick(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(m_random() % static_cast<std::uint32_t>(high - low + 1));
    }
    const std::string& last() const { return m_network.graph.layers.back().name; }

    /// The shapes of all layers so far.
    std::vector<LayerPlan> plan(const Graph& graph) const {
        return makePartialPlan(graph, {m_network.picture, 5, 2, 0}).plan.layers;
    }

    /// Appends a layer when it fits where it stands.
    bool add(const std::string& type, const ParamMap& params, std::vector<std::string> inputs) {
        Graph graph = m_network.graph;
        graph.layers.push_back({freshLayerName(graph, type), type, std::move(inputs), params});
        auto parsed = graphFromJson(toJson(graph));
        if (!parsed || plan(*parsed).size() < graph.layers.size()) return false;
        m_network.graph = std::move(graph);
        return true;
    }

    /// Any layer that gives a picture.
    std::string anyPicture() {
        const auto& layers = m_network.graph.layers;
        return layers[static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(layers.size()) - 1))].name;
    }

    void addSomething() {
        const std::string from = pick(0, 3) ? last() : anyPicture();
        constexpr const char* activations[] = {"relu", "relu6",   "leaky_relu", "elu",       "gelu",
                                               "silu", "sigmoid", "tanh",       "hard_swish"};
        switch (pick(0, 8)) {
            case 0:
            case 1: {
                ParamMap params{{"filters", pick(1, 9)}, {"kernel_height", pick(1, 3)}, {"kernel_width", pick(1, 3)}};
                params["stride"] = pick(0, 3) ? std::int64_t{1} : std::int64_t{2};
                if (pick(0, 3) == 0) params["groups"] = params["filters"] = std::int64_t{0};
                params["bias"] = pick(0, 1) == 1;
                add("conv2d", params, {from});
                break;
            }
            case 2:
                add("batch_norm", {}, {from});
                break;
            case 3:
                add(pick(0, 1) ? "max_pool" : "average_pool", {{"size", pick(2, 3)}, {"stride", pick(1, 2)}}, {from});
                break;
            case 4:
                add(pick(0, 1) ? "layer_norm" : "spatial_dropout", {}, {from});
                break;
            case 5:
                if (!add("add", {}, {anyPicture(), from})) add("concat", {}, {anyPicture(), from});
                break;
            case 6:
                if (!add("concat", {}, {anyPicture(), from})) add("multiply", {}, {anyPicture(), from});
                break;
            default:
                add(activations[pick(0, 8)], {}, {from});
        }
    }

    /// Layers that nobody reads are read by one more convolution each, whose averages are added up; so every branch
    /// leads to the end.
    void join() {
        std::vector<std::string> open;
        for (const LayerSpec& layer : m_network.graph.layers) {
            const bool read = std::ranges::any_of(m_network.graph.layers, [&](const LayerSpec& other) {
                return std::ranges::find(other.inputs, layer.name) != other.inputs.end();
            });
            if (!read) open.push_back(layer.name);
        }
        std::vector<std::string> ends;
        for (const std::string& name : open) {
            add("conv2d",
                {{"filters", std::int64_t{6}}, {"kernel_height", std::int64_t{1}}, {"kernel_width", std::int64_t{1}}},
                {name});
            // To one pixel, so that all of them fit together.
            add("global_average_pool", {}, {last()});
            ends.push_back(last());
        }
        if (ends.size() > 1) add("add", {}, ends);
    }

    std::mt19937 m_random;
    RandomNetwork m_network;
};

}  // namespace

RandomNetwork randomNetwork(std::uint32_t seed) {
    return Drawing(seed).take();
}

}  // namespace lemnos
