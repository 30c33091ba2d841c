#include "app/gui/graph/graph_boxes.h"

#include <QCoreApplication>
#include <algorithm>
#include <iterator>
#include <map>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/graph/blocks.h"
#include "app/gui/graph/graph_mends.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/param_editor.h"

namespace lemnos {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("graphBoxes", text);
}

QString shownValue(const Param& param, const ParamValue& value) {
    if (!param.zero.empty() && toString(value) == "0") return translated(param.zero);
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return formatCount(*whole);
    return QString::fromStdString(toString(value));
}

/// The first setting, and what differs from its default.
QString settingsOf(const LayerSpec& layer, const LayerType* type) {
    QStringList parts;
    for (const Param& param : type ? type->params : std::vector<Param>()) {
        const auto value = layer.params.find(param.key);
        if (param.advanced || value == layer.params.end()) continue;
        if (&param != &type->params.front() && value->second == param.defaultValue) continue;
        parts << translated(param.label) + QLatin1Char(' ') + shownValue(param, value->second);
    }
    return parts.join(QStringLiteral(" · "));
}

struct Costs {
    std::int64_t parameters = 0, multiplyAdds = 0, bytes = 0;
};

QString costsText(const Costs& costs) {
    QStringList parts;
    if (costs.parameters > 0) parts << formatShort(double(costs.parameters));
    if (costs.multiplyAdds > 0) parts << formatShort(double(costs.multiplyAdds));
    if (costs.bytes > 0) parts << formatBytes(costs.bytes);
    return parts.join(QStringLiteral(" · "));
}

QString costsTip(const Costs& costs, std::int64_t batch) {
    return tr("%1 parameters, %2 multiply-adds per picture, %3 at batch %4")
        .arg(formatCount(costs.parameters), formatShort(double(costs.multiplyAdds)), formatBytes(costs.bytes),
             formatCount(batch));
}

class BoxMaker {
  public:
    BoxMaker(const Graph& graph, const PartialPlan& plan) : m_graph(graph), m_plan(plan), m_mend(mendOf(graph, plan)) {
        for (const LayerPlan& layer : plan.plan.layers) m_planned.emplace(layer.spec.name, &layer);
    }

    GraphBox layer(std::size_t at) const {
        const LayerSpec& spec = m_graph.layers[at];
        const LayerType* type = findLayerType(spec.type);
        GraphBox box;
        box.title = type ? translated(std::string(type->label)) : QString::fromStdString(spec.type);
        box.settings = settingsOf(spec, type);
        box.group = type ? std::string(type->group) : std::string();
        box.takesInput = !type || type->inputCount > 0;
        fill(box, {at});
        box.name = QString::fromStdString(spec.name);
        box.tip =
            QStringList{box.title + QLatin1Char(' ') + box.name, box.settings, box.tip}.join(QStringLiteral(". "));
        return box;
    }

    GraphBox block(const Block& block) const {
        GraphBox box;
        box.isBlock = true;
        box.title = block.title;
        std::vector<QString> kinds;  // what it is made of, in order
        for (const std::size_t at : block.layers) {
            const LayerType* type = findLayerType(m_graph.layers[at].type);
            const QString label = type ? translated(std::string(type->label)) : QString();
            if (std::ranges::find(kinds, label) == kinds.end()) kinds.push_back(label);
        }
        box.settings = QStringList(kinds.begin(), kinds.end()).join(QStringLiteral(", "));
        fill(box, block.layers);
        box.name = tr("%1 layers").arg(formatCount(std::int64_t(block.layers.size())));
        box.tip = QStringList{box.title, box.name, box.settings, box.tip}.join(QStringLiteral(". "));
        return box;
    }

  private:
    /// Layers, shape, costs and error.
    void fill(GraphBox& box, const std::vector<std::size_t>& layers) const {
        Costs costs;
        bool known = true;
        for (const std::size_t at : layers) {
            const LayerSpec& spec = m_graph.layers[at];
            box.layers.push_back(spec.name);
            const auto planned = m_planned.find(spec.name);
            known = known && planned != m_planned.end();
            if (!known) continue;
            costs.parameters += planned->second->parameters;
            costs.multiplyAdds += planned->second->multiplyAdds;
            costs.bytes += planned->second->activationBytes;
            if (at == layers.back()) box.shape = formatShape(planned->second->output).remove(QLatin1Char(' '));
        }
        for (const std::string& name : box.layers) {
            if (!m_plan.error || m_plan.error->where != name) continue;
            box.error = errorText(*m_plan.error);
            if (m_mend) box.mend = m_mend->label;
        }
        QStringList tip;
        if (known) {
            box.costs = costsText(costs);
            tip << tr("Gives %1").arg(box.shape) << costsTip(costs, m_plan.plan.request.batch);
        }
        if (!box.error.isEmpty()) tip << box.error;
        box.tip = tip.join(QStringLiteral(". "));
    }

    const Graph& m_graph;
    const PartialPlan& m_plan;
    std::optional<Mend> m_mend;
    std::map<std::string, const LayerPlan*> m_planned;
};

}  // namespace

GraphBoxes graphBoxes(const Graph& graph, const PartialPlan& plan, const std::set<std::string>& toggled) {
    const BoxMaker maker(graph, plan);
    const std::vector<Block> blocks = repeatedBlocks(graph);
    std::map<std::size_t, const Block*> blockOf;
    for (const Block& block : blocks) {
        for (const std::size_t at : block.layers) blockOf[at] = &block;
    }
    GraphBoxes all;
    std::map<std::string, int, std::less<>> boxOf;
    std::map<const Block*, int> frameOf;
    const bool foldedUsually = graph.layers.size() > foldedAbove;
    for (std::size_t at = 0; at < graph.layers.size(); ++at) {
        const auto found = blockOf.find(at);
        const Block* block = found == blockOf.end() ? nullptr : found->second;
        const std::string& first = block ? graph.layers[block->layers.front()].name : graph.layers[at].name;
        const bool folded = block && foldedUsually != toggled.contains(first);
        if (folded && boxOf.contains(graph.layers[at].name)) continue;
        all.boxes.push_back(folded ? maker.block(*block) : maker.layer(at));
        const int box = int(all.boxes.size()) - 1;
        for (const std::string& name : all.boxes.back().layers) boxOf[name] = box;
        if (!block || folded) continue;
        const auto [frame, isNew] = frameOf.emplace(block, int(all.frames.size()));
        if (isNew) all.frames.push_back({block->title, first, {}});
        all.frames[std::size_t(frame->second)].boxes.push_back(box);
    }
    for (std::size_t at = 0; at < graph.layers.size(); ++at) {
        const int to = boxOf.at(graph.layers[at].name);
        for (const std::string& input : inputsOf(graph, at)) {
            const auto from = boxOf.find(input);
            if (from == boxOf.end() || from->second >= to) continue;
            // A folded block is read at one place and reads one value, however many layers inside do.
            const auto same = [&](const LayoutWire& wire) { return wire.from == from->second && wire.to == to; };
            if (all.boxes[std::size_t(to)].isBlock && std::ranges::any_of(all.places, same)) continue;
            all.places.push_back({from->second, to});
            all.wires.push_back({input, graph.layers[at].name});
        }
    }
    return all;
}

QColor groupColor(const std::string& group) {
    const Tokens& t = tokens();
    const std::string_view order[] = {"Convolution", "Core", "Normalisation", "Activation", "Pooling", "Attention"};
    const auto found = std::ranges::find(order, group);
    return found == std::end(order) ? t.muted : t.series[std::size_t(found - std::begin(order))];
}

}  // namespace lemnos
