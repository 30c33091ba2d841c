// Mends are tried, not derived from the error: whatever a layer complains of, an edit is offered when it helps.
#include "app/gui/graph/graph_mends.h"

#include <QCoreApplication>

#include "app/gui/graph_edits.h"

namespace lemnos {

namespace {

QString text(const char* source) {
    return QCoreApplication::translate("mends", source);
}

/// How far a plan gets: the number of layers, and one more when nothing is wrong.
std::size_t reach(const PartialPlan& partial) {
    return partial.plan.layers.size() + (partial.error ? 0 : 1);
}

/// A layer of this type before the one at `at`, on its first wire.
Graph insertedBefore(const Graph& graph, std::size_t at, const char* type) {
    const std::vector<std::string> inputs = inputsOf(graph, at);
    if (inputs.empty()) return withLayer(graph, at, *findLayerType(type));
    return withLayerOn(graph, {inputs.front(), graph.layers[at].name}, *findLayerType(type)).graph;
}

std::vector<Mend> candidates(const Graph& graph, std::size_t at) {
    std::vector<Mend> list;
    const LayerSpec& layer = graph.layers[at];
    if (graph.layers.front().type != "input")
        list.push_back(
            {text(QT_TRANSLATE_NOOP("mends", "Add an input layer")), withLayer(graph, 0, *findLayerType("input"))});
    if (layer.type == "dense" || layer.type == "softmax") {
        // A classifier ends in one score per class.
        Graph classes = graph;
        LayerSpec& last = classes.layers[at];
        if (last.params.contains("units")) {
            last.params["units"] = std::int64_t{0};
            list.push_back({text(QT_TRANSLATE_NOOP("mends", "One unit per class")), std::move(classes)});
        }
        list.push_back(
            {text(QT_TRANSLATE_NOOP("mends", "Insert a flatten layer")), insertedBefore(graph, at, "flatten")});
    }
    if (layer.params.contains("padding")) {
        Graph same = graph;
        same.layers[at].params["padding"] = std::string("same");
        list.push_back({text(QT_TRANSLATE_NOOP("mends", "Use the padding 'same'")), std::move(same)});
    }
    if (layer.params.contains("groups")) {
        Graph one = graph;
        one.layers[at].params["groups"] = std::int64_t{1};
        list.push_back({text(QT_TRANSLATE_NOOP("mends", "Use one group")), std::move(one)});
    }
    if (findLayerType(layer.type) && findLayerType(layer.type)->group == "Attention")
        list.push_back({text(QT_TRANSLATE_NOOP("mends", "Insert a patch embedding")),
                        insertedBefore(graph, at, "patch_embedding")});
    Graph ended = withLayer(graph, graph.layers.size(), *findLayerType("softmax"));
    list.push_back({text(QT_TRANSLATE_NOOP("mends", "Add a softmax layer")), ended});
    // The whole end at once: scores of the classes and their probabilities.
    const std::size_t end = graph.layers.size();
    ended = withLayer(graph, end, *findLayerType("dense"));
    ended.layers[end].params["units"] = std::int64_t{0};
    ended = withLayer(ended, end + 1, *findLayerType("softmax"));
    list.push_back({text(QT_TRANSLATE_NOOP("mends", "Add dense and softmax layers")), std::move(ended)});
    if (graph.layers.size() > 1)
        list.push_back({text(QT_TRANSLATE_NOOP("mends", "Remove the layer")), withoutLayers(graph, {layer.name})});
    return list;
}

}  // namespace

std::optional<Mend> mendOf(const Graph& graph, const PartialPlan& plan) {
    if (!plan.error || graph.layers.empty()) return {};
    const auto at = positionOf(graph, plan.error->where);
    if (!at) return {};
    for (Mend& mend : candidates(graph, *at)) {
        const PartialPlan mended = makePartialPlan(mend.graph, plan.plan.request);
        // Layers that a mend adds or takes away do not count as progress.
        const auto change = std::ptrdiff_t(mend.graph.layers.size()) - std::ptrdiff_t(graph.layers.size());
        if (!mended.error || std::ptrdiff_t(reach(mended)) > std::ptrdiff_t(reach(plan)) + change)
            return std::move(mend);
    }
    return {};
}

}  // namespace lemnos
