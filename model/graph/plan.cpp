#include "model/graph/plan.h"

#include <algorithm>
#include <limits>

#include "compute/ops/step.h"
#include "compute/tensor.h"
#include "model/graph/plan_memory.h"
#include "model/phrased_error.h"

namespace lemnos {
namespace {

constexpr std::int64_t tensorAlignmentFloats = tensorAlignmentBytes / 4;

/// Gives out room in an arena, each piece aligned for binding.
std::int64_t place(std::int64_t& arenaFloats, std::int64_t floats) {
    const std::int64_t offset = arenaFloats;
    arenaFloats += (floats + tensorAlignmentFloats - 1) / tensorAlignmentFloats * tensorAlignmentFloats;
    return offset;
}

Error at(const LayerSpec& layer, const Phrase& what) {
    const bool isWhole = worded(what).ends_with('.');
    return phrasedError({isWhole ? LEMNOS_TEXT("%1 '%2': %3") : LEMNOS_TEXT("%1 '%2': %3."),
                         {Phrase::name(layer.type), Phrase::name(layer.name), what}},
                        layer.name);
}

Result<std::vector<int>> inputsOf(const Plan& plan, const LayerSpec& spec, const LayerType& type) {
    std::vector<int> inputs;
    for (const std::string& name : spec.inputs) {
        const auto found = std::find_if(plan.layers.begin(), plan.layers.end(),
                                        [&](const LayerPlan& layer) { return layer.spec.name == name; });
        if (found == plan.layers.end())
            return at(spec, {LEMNOS_TEXT("reads from '%1', which is not a layer before it"), {Phrase::name(name)}});
        inputs.push_back(static_cast<int>(found - plan.layers.begin()));
    }
    if (inputs.empty() && type.inputCount > 0) {
        if (plan.layers.empty())
            return at(spec, {LEMNOS_TEXT("stands first, where the input layer belongs; put an input layer before it")});
        inputs.push_back(static_cast<int>(plan.layers.size()) - 1);
    }
    if (type.inputCount == 0 && !plan.layers.empty())
        return at(spec, {LEMNOS_TEXT("must be the first layer; move it to the top or remove it")});
    const int count = static_cast<int>(inputs.size());
    if (type.moreInputs ? count < type.inputCount : count != type.inputCount)
        return at(spec, {type.moreInputs ? LEMNOS_TEXT("needs %1 or more inputs but has %2")
                                         : LEMNOS_TEXT("needs %1 inputs but has %2"),
                         {Phrase::name(std::to_string(type.inputCount)), Phrase::name(std::to_string(count))}});
    return inputs;
}

/// Products of two large extents would overflow or never fit anywhere.
Status checkSizes(const LayerSpec& spec, const LayerShapes& shapes, std::int64_t batch) {
    constexpr double most = 1e12;
    double largest = static_cast<double>(shapes.output.size()) * static_cast<double>(batch);
    for (const WeightShape& weight : shapes.weights)
        largest = std::max(largest, static_cast<double>(weight.rows) * static_cast<double>(weight.columns));
    if (largest > most)
        return at(
            spec,
            {LEMNOS_TEXT("would need more than a terabyte of memory; lower its size, the picture size or the batch")});
    return {};
}

void addWeights(LayerPlan& layer, const LayerShapes& shapes) {
    const bool frozen = layer.type->learns && boolParam(layer.spec.params, "frozen");
    for (const WeightShape& shape : shapes.weights) {
        const bool statistic = shape.role == WeightRole::statistic;
        layer.weights.push_back({layer.spec.name + "." + shape.name, shape, 0, !frozen && !statistic});
        std::int64_t numbers = 1;
        for (const std::int64_t extent : shape.dims) numbers *= extent;
        if (!statistic) layer.parameters += numbers;
    }
}

/// What the optimizer treats alike lies together in the parameter arena; what does not learn comes last.
void placeWeights(Plan& plan) {
    const auto groupOf = [](const LayerPlan& layer, const WeightPlan& weight) {
        ParameterGroup group;
        group.learns = weight.learns;
        if (!weight.learns) return group;
        group.decays = weight.shape.role == WeightRole::weight;
        group.rateFactor = realParam(layer.spec.params, "rate_factor");
        group.l2 = group.decays ? realParam(layer.spec.params, "l2") : 0;
        return group;
    };
    const auto alike = [](const ParameterGroup& a, const ParameterGroup& b) {
        return a.learns == b.learns &&
               (!a.learns || (a.decays == b.decays && a.rateFactor == b.rateFactor && a.l2 == b.l2));
    };
    for (const LayerPlan& layer : plan.layers) {
        for (const WeightPlan& weight : layer.weights) {
            const ParameterGroup group = groupOf(layer, weight);
            if (std::ranges::none_of(plan.groups, [&](const ParameterGroup& g) { return alike(g, group); }))
                plan.groups.push_back(group);
        }
    }
    std::stable_partition(plan.groups.begin(), plan.groups.end(),
                          [](const ParameterGroup& group) { return group.learns; });
    for (ParameterGroup& group : plan.groups) {
        group.offset = plan.parameterFloats;
        for (LayerPlan& layer : plan.layers) {
            for (WeightPlan& weight : layer.weights) {
                if (alike(groupOf(layer, weight), group)) weight.offset = place(plan.parameterFloats, weight.floats());
            }
        }
        group.floats = plan.parameterFloats - group.offset;
        if (group.learns) plan.learntFloats = plan.parameterFloats;
    }
}

Result<LayerPlan> planLayer(Plan& plan, const LayerSpec& spec) {
    LayerPlan layer;
    layer.spec = spec;
    layer.type = findLayerType(spec.type);
    if (!layer.type) return at(spec, {LEMNOS_TEXT("is of an unknown type")});
    TRY(layer.spec.params, resolveParams(allParams(*layer.type), spec.params, spec.type + " '" + spec.name + "'"));
    TRY(layer.inputs, inputsOf(plan, spec, *layer.type));
    for (const int i : layer.inputs) layer.inputShapes.push_back(plan.layers[static_cast<std::size_t>(i)].output);

    const LayerInput input{layer.spec.params, layer.inputShapes, plan.request.classes, plan.request.input};
    const auto shapes = layer.type->shapes(input);
    if (!shapes) return at(spec, phraseOf(shapes.error().message));
    TRY_OK(checkSizes(spec, *shapes, plan.request.batch));
    layer.output = shapes->output;
    layer.multiplyAdds = layer.type->multiplyAdds(input, *shapes);
    layer.savedShapes = shapes->saved;
    layer.scratchShapes = shapes->scratch;
    layer.activationBytes = plan.request.batch * layer.output.rows() * roundUp4(layer.output.columns()) *
                            elementBytes(plan.request.values) * (plan.request.training ? 2 : 1);
    addWeights(layer, *shapes);
    return layer;
}

/// The last layer must give class probabilities, and every layer must lead to it.
Status checkEnd(const Plan& plan) {
    std::vector<int> uses(plan.layers.size(), 0);
    for (const LayerPlan& layer : plan.layers) {
        for (const int i : layer.inputs) ++uses[static_cast<std::size_t>(i)];
    }
    for (std::size_t i = 0; i + 1 < plan.layers.size(); ++i) {
        if (uses[i] == 0) return at(plan.layers[i].spec, {LEMNOS_TEXT("leads nowhere; connect it or remove it")});
    }
    const LayerPlan& last = plan.layers.back();
    if (last.spec.type != "softmax")
        return at(
            last.spec,
            {LEMNOS_TEXT("is the last layer, but a classifier ends in probabilities; add a softmax layer at the end")});
    if (plan.request.classes > 0 && last.output.size() != plan.request.classes)
        return at(
            plan.layers[static_cast<std::size_t>(last.inputs[0])].spec,
            {LEMNOS_TEXT("gives %1 values but the data has %2 classes; set the units of the last dense layer to "
                         "0, which means one per class"),
             {Phrase::name(std::to_string(last.output.size())), Phrase::name(std::to_string(plan.request.classes))}});
    std::int64_t parameters = 0;
    for (const LayerPlan& layer : plan.layers) parameters += layer.parameters;
    if (parameters == 0)
        return at(last.spec, {LEMNOS_TEXT("there is nothing to learn in this network; add a dense layer before it")});
    return {};
}

Status checkRequest(const PlanRequest& request) {
    if (request.batch < 1 || request.batch > 65535)
        return phrasedError({LEMNOS_TEXT("The batch size is %1; choose one from 1 to 65535."),
                             {Phrase::name(std::to_string(request.batch))}},
                            "batch");
    if (request.classes == 1)
        return Error{LEMNOS_TEXT("There is only one class; a classifier needs at least two."), "classes"};
    return {};
}

void addTotals(Plan& plan) {
    placeWeights(plan);
    for (const LayerPlan& layer : plan.layers) {
        plan.parameters += layer.parameters;
        plan.multiplyAdds += layer.multiplyAdds;
    }
    plan.weightBytes = plan.parameterFloats * 4;
    plan.gradientBytes = plan.request.training ? plan.learntFloats * 4 : 0;
    plan.optimizerBytes = plan.request.training ? plan.learntFloats * 4 * plan.request.optimizerTensors : 0;
    plan.activationBytes = plan.activationFloats * 4;
    plan.batchBytes = plan.request.batch * (plan.request.input.size() + 8) + std::int64_t{sizeof(StepScalars)};
}

}  // namespace

PartialPlan makePartialPlan(const Graph& graph, const PlanRequest& request) {
    PartialPlan partial;
    partial.plan.request = request;
    partial.plan.name = graph.name;
    const auto stop = [&](const Error& error) {
        partial.error = error;
        return partial;
    };
    if (const Status status = checkRequest(request); !status) return stop(status.error());
    if (graph.layers.empty())
        return stop(Error{LEMNOS_TEXT("The network has no layers; choose a template or add an input layer.")});
    for (const LayerSpec& spec : graph.layers) {
        auto layer = planLayer(partial.plan, spec);
        if (!layer) {
            addTotals(partial.plan);
            return stop(layer.error());
        }
        partial.plan.layers.push_back(*std::move(layer));
    }
    const Status end = checkEnd(partial.plan);
    if (end) {
        planSteps(partial.plan);
        planMemory(partial.plan);
    }
    addTotals(partial.plan);
    if (!end) return stop(end.error());
    return partial;
}

Result<Plan> makePlan(const Graph& graph, const PlanRequest& request) {
    PartialPlan partial = makePartialPlan(graph, request);
    if (partial.error) return *partial.error;
    return std::move(partial.plan);
}

std::int64_t largestBatch(const Graph& graph, PlanRequest request, std::int64_t memoryBytes, std::int64_t most) {
    std::int64_t fits = 0;
    for (std::int64_t tooMany = most + 1; tooMany - fits > 1;) {
        request.batch = fits + (tooMany - fits) / 2;
        const auto plan = makePlan(graph, request);
        (plan && plan->totalBytes() <= memoryBytes ? fits : tooMany) = request.batch;
    }
    return fits;
}

}  // namespace lemnos
