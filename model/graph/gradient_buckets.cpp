#include "model/graph/gradient_buckets.h"

namespace lemnos {

std::vector<GradientBucket> gradientBuckets(const Plan& plan, std::int64_t floats) {
    std::vector<GradientBucket> buckets(1);
    for (const PlanStep& step : plan.steps) {
        if (step.kind != PlanStep::Kind::backward) continue;
        // What is left over at the beginning of the network goes with the last bucket.
        if (buckets.back().floats >= floats) buckets.emplace_back();
        GradientBucket& bucket = buckets.back();
        bucket.lastLayer = step.layer;
        for (const WeightPlan& weight : plan.layers[static_cast<std::size_t>(step.layer)].weights) {
            if (!weight.learns) continue;
            bucket.parts.push_back({weight.offset, weight.floats()});
            bucket.floats += weight.floats();
        }
    }
    return buckets;
}

double shareOfFirstBucket(const Plan& plan, const std::vector<GradientBucket>& buckets) {
    double all = 0, done = 0;
    bool before = true;
    for (const PlanStep& step : plan.steps) {
        const auto products = static_cast<double>(plan.layers[static_cast<std::size_t>(step.layer)].multiplyAdds);
        // Backward multiplies twice: for the input and for the weights.
        const double work =
            step.kind == PlanStep::Kind::loss ? 0 : (step.kind == PlanStep::Kind::backward ? 2 : 1) * products;
        all += work;
        if (before) done += work;
        if (step.kind == PlanStep::Kind::backward && step.layer == buckets.front().lastLayer) before = false;
    }
    return all > 0 ? done / all : 1;
}

}  // namespace lemnos
