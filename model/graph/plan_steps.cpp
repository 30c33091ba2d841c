// Which layers share a value, which compute again, and in which order a training step goes through them.
#include <algorithm>

#include "model/graph/plan_memory.h"

namespace lemnos {
namespace {

using Kind = PlanStep::Kind;

class StepPlanner {
  public:
    explicit StepPlanner(Plan& plan)
        : m_plan(plan), m_readers(plan.layers.size()), m_again(plan.layers.size(), false) {}

    void run() {
        findReaders();
        layInputFlat();
        findRoots();
        findGradients();
        forwardSteps();
        if (m_plan.request.training) backwardSteps();
    }

  private:
    LayerPlan& layer(int i) { return m_plan.layers[static_cast<std::size_t>(i)]; }
    int count() const { return static_cast<int>(m_plan.layers.size()); }
    int last() const { return count() - 1; }
    bool isRoot(int i) { return layer(i).root == i; }
    bool records(int i) { return i > 0 && i != last() && isRoot(i); }

    void findReaders() {
        for (int i = 0; i < count(); ++i) {
            for (const int input : layer(i).inputs) m_readers[static_cast<std::size_t>(input)].push_back(i);
        }
    }

    /// Pictures that are only flattened come in as they are, without padding between the pixels.
    void layInputFlat() {
        const auto& readers = m_readers[0];
        layer(0).flat =
            !readers.empty() && std::ranges::all_of(readers, [&](int r) { return layer(r).type->aliasesInput; });
    }

    bool aliases(int i) {
        const LayerPlan& l = layer(i);
        if (!l.type->aliasesInput) return false;
        if (layer(l.inputs[0]).flat || !l.type->canAlias) return true;
        return l.type->canAlias({l.spec.params, l.inputShapes, m_plan.request.classes, m_plan.request.input});
    }

    /// An activation right behind a layer that can apply it, when nobody else reads that layer.
    bool isApplied(int i) {
        const LayerPlan& l = layer(i);
        if (!l.type->activation || i == last()) return false;
        const int before = l.inputs[0];
        return layer(before).type->fusesActivation && isRoot(before) && !layer(before).activation &&
               m_readers[static_cast<std::size_t>(before)].size() == 1 &&
               gradientFromResult(l.type->activation(l.spec.params).kind);
    }

    void findRoots() {
        for (int i = 0; i < count(); ++i) {
            LayerPlan& l = layer(i);
            l.root = i;
            if (i == 0) continue;
            if (aliases(i)) {
                l.root = layer(l.inputs[0]).root;
            } else if (isApplied(i)) {
                l.root = l.inputs[0];
                layer(l.root).activation = l.type->activation(l.spec.params);
            }
        }
    }

    void findGradients() {
        for (int i = 1; i < last() && m_plan.request.training; ++i) {
            LayerPlan& l = layer(i);
            l.needsGradient = std::ranges::any_of(l.weights, [](const WeightPlan& w) { return w.learns; }) ||
                              std::ranges::any_of(l.inputs, [&](int input) { return layer(input).needsGradient; });
            if (l.root != i) layer(l.root).needsGradient = layer(l.root).needsGradient || l.needsGradient;
        }
    }

    void forwardSteps() {
        for (int i = 1; i < last(); ++i) {
            if (records(i)) m_plan.steps.push_back({Kind::forward, i});
        }
        m_plan.steps.push_back({Kind::loss, last()});
    }

    /// Values that are dropped after the forward pass when memory is to be saved.
    bool isDropped(int root) { return m_plan.request.recompute && records(root) && layer(root).type->cheap; }

    /// Makes sure that the value of `root` is there for the backward pass.
    void computeAgain(int root) {
        if (!isDropped(root) || m_again[static_cast<std::size_t>(root)]) return;
        m_again[static_cast<std::size_t>(root)] = true;
        for (const int input : layer(root).inputs) computeAgain(layer(input).root);
        m_plan.steps.push_back({Kind::again, root});
    }

    void backwardSteps() {
        std::vector<bool> written(m_plan.layers.size(), false);
        const int scores = layer(m_plan.scores()).root;
        written[static_cast<std::size_t>(scores)] = true;
        for (int i = last(); i-- > 1;) {
            LayerPlan& l = layer(i);
            l.accumulate.assign(l.inputs.size(), false);
            l.gradientPasses.assign(l.inputs.size(), false);
            if (!records(i) || !l.needsGradient) continue;
            if (l.type->backwardReadsInputs) {
                for (const int input : l.inputs) computeAgain(layer(input).root);
            }
            if (l.type->backwardReadsOutput || l.activation) computeAgain(i);
            m_plan.steps.push_back({Kind::backward, i});
            for (std::size_t k = 0; k < l.inputs.size(); ++k) {
                const auto root = static_cast<std::size_t>(layer(l.inputs[k]).root);
                l.accumulate[k] = written[root];
                written[root] = true;
            }
        }
    }

    Plan& m_plan;
    std::vector<std::vector<int>> m_readers;
    std::vector<bool> m_again;
};

}  // namespace

void planSteps(Plan& plan) {
    StepPlanner(plan).run();
}

}  // namespace lemnos
