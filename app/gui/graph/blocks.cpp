#include "app/gui/graph/blocks.h"

#include <QCoreApplication>
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "app/gui/graph_edits.h"

namespace lemnos {

namespace {

struct Neighbours {
    std::vector<std::vector<std::size_t>> inputs, readers;
};

Neighbours neighboursOf(const Graph& graph) {
    Neighbours n;
    n.inputs.resize(graph.layers.size());
    n.readers.resize(graph.layers.size());
    std::map<std::string, std::size_t, std::less<>> positions;
    for (std::size_t i = 0; i < graph.layers.size(); ++i) {
        for (const std::string& name : inputsOf(graph, i)) {
            const auto found = positions.find(name);
            if (found == positions.end()) continue;
            n.inputs[i].push_back(found->second);
            n.readers[found->second].push_back(i);
        }
        positions.emplace(graph.layers[i].name, i);
    }
    return n;
}

/// For each layer the first one that all its paths to the end go through (Cooper, Harvey & Kennedy 2001); the number of
/// layers where there is none.
std::vector<std::size_t> joins(const Neighbours& n) {
    const std::size_t end = n.readers.size();
    std::vector<std::size_t> join(end + 1, end);
    for (std::size_t i = end; i-- > 0;) {
        if (n.readers[i].empty()) continue;
        std::size_t common = n.readers[i].front();
        for (std::size_t other : n.readers[i]) {
            while (common != other) {
                std::size_t& nearer = common < other ? common : other;
                nearer = join[nearer];
            }
        }
        join[i] = common;
    }
    return join;
}

/// The layers between the two and the join itself, or nothing when something else leads in.
std::optional<std::vector<std::size_t>> between(const Neighbours& n, std::size_t fork, std::size_t join) {
    std::set<std::size_t> inside = {join};
    for (std::size_t i = fork + 1; i < join; ++i) {
        const auto isInside = [&](std::size_t input) { return input == fork || inside.contains(input); };
        if (std::ranges::any_of(n.inputs[i], isInside)) inside.insert(i);
    }
    for (const std::size_t i : inside) {
        for (const std::size_t input : n.inputs[i]) {
            if (input != fork && !inside.contains(input)) return {};
        }
    }
    return std::vector(inside.begin(), inside.end());
}

QString titleOf(const Graph& graph, const std::vector<std::size_t>& layers, std::size_t join) {
    const auto has = [&](const char* type) {
        return std::ranges::any_of(layers, [&](std::size_t i) { return graph.layers[i].type == type; });
    };
    if (has("self_attention")) return QCoreApplication::translate("blocks", "Attention block");
    if (graph.layers[join].type == "add") return QCoreApplication::translate("blocks", "Residual block");
    if (graph.layers[join].type == "concat") return QCoreApplication::translate("blocks", "Branching block");
    return QCoreApplication::translate("blocks", "Block");
}

}  // namespace

std::vector<Block> repeatedBlocks(const Graph& graph) {
    const Neighbours n = neighboursOf(graph);
    const std::vector<std::size_t> join = joins(n);
    struct Candidate {
        Block block;
        std::string kind;
    };
    std::vector<Candidate> candidates;
    std::map<std::string, int> count;
    for (std::size_t fork = 0; fork < n.readers.size(); ++fork) {
        if (n.readers[fork].size() < 2 || join[fork] >= n.readers.size()) continue;
        auto layers = between(n, fork, join[fork]);
        if (!layers || layers->size() < 2) continue;
        std::size_t last = join[fork];
        if (n.readers[last].size() == 1) {
            const std::size_t next = n.readers[last].front();
            const LayerType* type = findLayerType(graph.layers[next].type);
            if (type && type->activation) layers->push_back(next);
        }
        std::string kind;
        for (const std::size_t i : *layers) kind += graph.layers[i].type + ' ';
        ++count[kind];
        candidates.push_back({{titleOf(graph, *layers, last), *std::move(layers)}, std::move(kind)});
    }
    std::vector<Block> blocks;
    std::set<std::size_t> taken;
    for (Candidate& candidate : candidates) {
        const std::vector<std::size_t>& layers = candidate.block.layers;
        const auto isTaken = [&](std::size_t i) { return taken.contains(i); };
        if (count[candidate.kind] < 2 || std::ranges::any_of(layers, isTaken)) continue;
        taken.insert(layers.begin(), layers.end());
        blocks.push_back(std::move(candidate.block));
    }
    return blocks;
}

}  // namespace lemnos
