#include "model/graph/plan_memory.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include "compute/tensor.h"

namespace lemnos {
namespace {

using Kind = PlanStep::Kind;

/// A value and the steps between which it must stay.
struct Life {
    std::int64_t floats = 0;
    int first = std::numeric_limits<int>::max(), last = -1;
    std::int64_t offset = -1;

    void use(int step) {
        first = std::min(first, step);
        last = std::max(last, step);
    }
    bool used() const { return last >= 0; }
    bool meets(const Life& other) const { return first <= other.last && other.first <= last; }
};

constexpr std::int64_t alignmentFloats = tensorAlignmentBytes / 4;

std::int64_t aligned(std::int64_t floats) {
    return (floats + alignmentFloats - 1) / alignmentFloats * alignmentFloats;
}

/// Gives every life an offset, the largest first, each at the lowest place that is free while it lasts. Returns the
/// length of the arena.
std::int64_t placeLives(std::vector<Life>& lives) {
    std::vector<std::size_t> order(lives.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return lives[a].floats > lives[b].floats; });
    std::vector<const Life*> placed;  // by offset
    std::int64_t length = 0;
    for (const std::size_t i : order) {
        Life& life = lives[i];
        if (!life.used()) continue;
        life.offset = 0;
        for (const Life* other : placed) {
            if (!life.meets(*other)) continue;
            if (other->offset - life.offset >= life.floats) break;
            life.offset = std::max(life.offset, other->offset + other->floats);
        }
        placed.insert(std::ranges::upper_bound(placed, life.offset, {}, &Life::offset), &life);
        length = std::max(length, life.offset + life.floats);
    }
    return length;
}

class MemoryPlanner {
  public:
    explicit MemoryPlanner(Plan& plan) : m_plan(plan), m_own(plan.layers.size()) {}

    void run() {
        for (std::size_t i = 0; i < m_plan.layers.size(); ++i) createLives(i);
        walk();
        passGradients();
        m_plan.activationFloats = std::max<std::int64_t>(placeLives(m_lives), alignmentFloats);
        for (std::size_t i = 0; i < m_plan.layers.size(); ++i) assign(i);
    }

  private:
    /// Indices into m_lives of one layer's values; -1: none.
    struct Own {
        int value = -1, again = -1, gradient = -1;
        std::vector<int> saved, scratch, gradScratch;
        int backwardStep = -1, againStep = -1;
        std::vector<int> gradientWrites;  ///< steps that add to or change the gradient after it was first written
    };

    LayerPlan& layer(int i) { return m_plan.layers[static_cast<std::size_t>(i)]; }
    Own& own(int i) { return m_own[static_cast<std::size_t>(i)]; }
    int rootOf(int i) { return layer(i).root; }

    int newLife(std::int64_t floats) {
        m_lives.push_back({.floats = aligned(floats)});
        return static_cast<int>(m_lives.size()) - 1;
    }
    /// Room for as many values, a multiple of four, counted in floats.
    std::int64_t floatsFor(std::int64_t values) const { return values * elementBytes(m_plan.request.values) / 4; }
    std::int64_t floatsOf(const WorkShape& w) const {
        const std::int64_t elements = (w.perSample ? m_plan.request.batch : 1) * w.rows * roundUp4(w.columns);
        return w.statistic ? elements : floatsFor(elements);
    }
    std::int64_t floatsOf(const LayerPlan& l) const {
        const std::int64_t sample = l.flat ? roundUp4(l.output.size()) : l.output.rows() * roundUp4(l.output.columns());
        return floatsFor(m_plan.request.batch * sample);
    }

    void createLives(std::size_t i) {
        LayerPlan& l = m_plan.layers[i];
        if (l.root != static_cast<int>(i)) return;
        Own& o = m_own[i];
        o.value = newLife(floatsOf(l));
        if (m_plan.request.training)
            for (const WorkShape& w : l.savedShapes) o.saved.push_back(newLife(floatsOf(w)));
        for (const WorkShape& w : l.scratchShapes) {
            o.scratch.push_back(newLife(floatsOf(w)));
            o.gradScratch.push_back(newLife(floatsOf(w)));
        }
        if (l.needsGradient) o.gradient = newLife(floatsOf(l));
    }

    void use(int life, int step) {
        if (life >= 0) m_lives[static_cast<std::size_t>(life)].use(step);
    }
    void use(const std::vector<int>& lives, int step) {
        for (const int life : lives) use(life, step);
    }
    /// The value of a layer's root, as it is there at a step of the backward pass.
    void useValue(int i, int step, bool backward) {
        Own& o = own(rootOf(i));
        use(backward && o.again >= 0 ? o.again : o.value, step);
    }

    void walk() {
        use(m_own[0].value, 0);  // the input is unpacked before the first step
        for (std::size_t s = 0; s < m_plan.steps.size(); ++s) {
            const PlanStep& step = m_plan.steps[s];
            const int at = static_cast<int>(s);
            if (step.kind == Kind::forward) forward(step.layer, at, false);
            if (step.kind == Kind::loss) loss(at);
            if (step.kind == Kind::again) again(step.layer, at);
            if (step.kind == Kind::backward) backward(step.layer, at);
        }
    }

    void forward(int i, int at, bool backwardPass) {
        for (const int input : layer(i).inputs) useValue(input, at, backwardPass);
        use(own(i).saved, at);
        use(own(i).scratch, at);
        if (!backwardPass) use(own(i).value, at);
    }

    void loss(int at) {
        const int scores = rootOf(m_plan.scores());
        use(own(scores).value, at);
        use(own(scores).gradient, at);
        use(m_own.back().value, at);  // the probabilities of a network that answers
    }

    void again(int i, int at) {
        own(i).again = newLife(floatsOf(layer(i)));
        own(i).againStep = at;
        use(own(i).again, at);
        forward(i, at, true);
    }

    void backward(int i, int at) {
        LayerPlan& l = layer(i);
        Own& o = own(i);
        o.backwardStep = at;
        if (l.type->backwardReadsInputs)
            for (const int input : l.inputs) useValue(input, at, true);
        if (l.type->backwardReadsOutput || l.activation) useValue(i, at, true);
        use(o.gradient, at);
        use(o.saved, at);
        use(o.gradScratch, at);
        if (l.activation && !l.type->fusesActivationGradient) o.gradientWrites.push_back(at);  // in place
        for (std::size_t k = 0; k < l.inputs.size(); ++k) {
            Own& source = own(rootOf(l.inputs[k]));
            use(source.gradient, at);
            if (l.accumulate[k]) source.gradientWrites.push_back(at);
        }
    }

    /// Where a layer hands its gradient on as it is (add), the gradients of output and inputs share one place, unless
    /// one of them is changed while another is still to be read.
    void passGradients() {
        std::map<int, std::vector<int>> groups;  // layers whose gradients share the place of the key's
        for (auto step = m_plan.steps.rbegin(); step != m_plan.steps.rend(); ++step) {
            if (step->kind != Kind::backward || !layer(step->layer).type->passesGradient) continue;
            LayerPlan& l = layer(step->layer);
            std::vector<int> sharing;
            for (std::size_t k = 0; k < l.inputs.size(); ++k) {
                const int source = rootOf(l.inputs[k]);
                if (l.accumulate[k] || own(source).gradient < 0 || m_shared.contains(own(source).gradient)) continue;
                std::vector<int> more = sharing;
                more.push_back(source);
                more.insert(more.end(), groups[source].begin(), groups[source].end());
                if (!mayShare(more)) continue;
                sharing = std::move(more);
                l.gradientPasses[k] = true;
                share(own(source).gradient, own(step->layer).gradient);
            }
            groups[step->layer] = sharing;
        }
    }

    bool mayShare(const std::vector<int>& layers) {
        for (const int writer : layers) {
            for (const int write : own(writer).gradientWrites) {
                for (const int reader : layers) {
                    if (reader != writer && own(reader).backwardStep >= write) return false;
                }
            }
        }
        return true;
    }

    void share(int from, int to) {
        Life& a = m_lives[static_cast<std::size_t>(from)];
        Life& b = m_lives[static_cast<std::size_t>(to)];
        b.use(a.first);
        b.use(a.last);
        a = {.floats = a.floats};  // no place of its own
        m_shared[from] = to;
    }

    Place placeOf(int life) const {
        if (life < 0) return {};
        for (auto found = m_shared.find(life); found != m_shared.end(); found = m_shared.find(life))
            life = found->second;
        return {m_lives[static_cast<std::size_t>(life)].offset};
    }

    void assign(std::size_t i) {
        LayerPlan& l = m_plan.layers[i];
        const Own& o = m_own[static_cast<std::size_t>(l.root)];
        l.value = placeOf(o.value);
        l.again = placeOf(o.again);
        l.gradient = placeOf(o.gradient);
        for (const int life : m_own[i].saved) l.saved.push_back(placeOf(life));
        for (const int life : m_own[i].scratch) l.scratch.push_back(placeOf(life));
        for (const int life : m_own[i].gradScratch) l.gradScratch.push_back(placeOf(life));
    }

    Plan& m_plan;
    std::vector<Own> m_own;
    std::vector<Life> m_lives;
    std::map<int, int> m_shared;  ///< a gradient's life -> the life whose place it has
};

}  // namespace

void planMemory(Plan& plan) {
    MemoryPlanner(plan).run();
}

}  // namespace lemnos
