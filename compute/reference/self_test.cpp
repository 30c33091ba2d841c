#include "compute/reference/self_test.h"

namespace lemnos {
namespace {

double nearness(const OpComparison& c) {
    return c.tolerance > 0 ? c.difference / c.tolerance : c.difference;
}

}  // namespace

SelfTest runSelfTest(Device& device, const std::function<void(std::int64_t, std::int64_t)>& progress,
                     std::stop_token stop) {
    const auto reference = openReferenceDevice();
    std::int64_t total = 0;
    struct Run {
        const OpExample* example;
        ElementType type;
    };
    const auto runsOf = [&](const ReferenceOp& op) {
        std::vector<Run> runs;
        for (const OpExample& example : op.examples) {
            runs.push_back({&example, ElementType::float32});
            if (device.info().float16 && op.hasHalf(example)) runs.push_back({&example, ElementType::float16});
        }
        return runs;
    };
    for (const ReferenceOp* op : referenceOps()) total += static_cast<std::int64_t>(runsOf(*op).size());
    SelfTest test;
    for (const ReferenceOp* op : referenceOps()) {
        const OpComparison* worst = nullptr;
        std::vector<OpComparison> all;
        const auto runs = runsOf(*op);
        all.reserve(runs.size());
        for (const auto& [example, type] : runs) {
            if (stop.stop_requested()) return test;
            const auto result = compare(*op, *example, device, *reference, type);
            ++test.examples;
            if (progress) progress(test.examples, total);
            if (!result) {
                test.errors.push_back(std::string(op->name) + ", " + example->name + ": " + result.error().message);
                continue;
            }
            all.push_back(*result);
            if (!result->ok()) test.failures.push_back(*result);
            if (!worst || nearness(all.back()) > nearness(*worst)) worst = &all.back();
        }
        if (worst) test.worst.push_back(*worst);
    }
    return test;
}

}  // namespace lemnos
