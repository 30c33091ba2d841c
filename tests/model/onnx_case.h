// Networks with random weights, and what OpenCV DNN makes of their export.
#pragma once

#include <algorithm>
#include <cmath>
#include <opencv2/dnn.hpp>
#include <random>

#include "model/exchange/onnx_export.h"

namespace lemnos {

/// A network as if it had been trained.
struct OnnxCase {
    RunSpec spec;
    Plan plan;
    TensorFile weights;
};

inline Preprocess preprocessOf(const Shape& picture) {
    const int channels = static_cast<int>(picture[2]);
    Preprocess preprocess{static_cast<int>(picture[1]), static_cast<int>(picture[0]), channels, {}, {}, {}};
    for (int i = 0; i < channels; ++i) {
        preprocess.mean.push_back(100.0f + 20.0f * static_cast<float>(i));
        preprocess.deviation.push_back(50.0f + 10.0f * static_cast<float>(i));
    }
    return preprocess;
}

/// Random weights for the plan.
inline void addWeights(OnnxCase& c, float scale = 1) {
    std::mt19937 random(7);
    for (const LayerPlan& layer : c.plan.layers) {
        for (const WeightPlan& weight : layer.weights) {
            NamedTensor tensor{weight.name, weight.shape.dims, {}};
            const float deviation = scale / std::sqrt(static_cast<float>(weight.shape.rows));
            std::normal_distribution<float> normal(0, deviation);
            std::int64_t size = 1;
            for (const std::int64_t extent : weight.shape.dims) size *= extent;
            for (std::int64_t i = 0; i < size; ++i) {
                const float value = normal(random);
                // Variances are not negative.
                tensor.values.push_back(weight.shape.role == WeightRole::statistic ? value * value + 0.5f : value);
            }
            c.weights.tensors.push_back(std::move(tensor));
        }
    }
}

/// The network's answer in double precision, layer by layer.
inline std::vector<double> reference(const OnnxCase& c, const std::vector<std::uint8_t>& pixels, std::int64_t batch) {
    const Preprocess& preprocess = *c.spec.preprocess;
    std::vector<std::vector<double>> values;
    const std::vector<std::uint32_t> samples(static_cast<std::size_t>(batch), 0);
    for (const LayerPlan& layer : c.plan.layers) {
        std::vector<double> output(static_cast<std::size_t>(batch * layer.output.size()));
        if (layer.inputs.empty()) {
            for (std::size_t i = 0; i < output.size(); ++i) {
                const std::size_t channel = i % static_cast<std::size_t>(preprocess.channels);
                output[i] = (double{1} * pixels[i] - preprocess.mean[channel]) / preprocess.deviation[channel];
            }
        } else {
            std::vector<std::vector<double>> weights;
            for (const WeightPlan& weight : layer.weights) {
                const std::vector<float>& stored = c.weights.find(weight.name)->values;
                weights.emplace_back(stored.begin(), stored.end());
            }
            LayerReference call{.params = layer.spec.params,
                                .batch = batch,
                                .inputShapes = layer.inputShapes,
                                .outputShape = layer.output};
            for (const int index : layer.inputs) call.inputs.emplace_back(values[static_cast<std::size_t>(index)]);
            for (const auto& weight : weights) call.weights.emplace_back(weight);
            call.output = output;
            call.sampleIndices = samples;
            layer.type->reference(call);
        }
        values.push_back(std::move(output));
    }
    return values.back();
}

/// Bytes of `batch` random pictures.
inline std::vector<std::uint8_t> randomPixels(const Shape& picture, std::int64_t batch) {
    std::mt19937 random(3);
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(batch * picture.size()));
    for (std::uint8_t& pixel : pixels) pixel = static_cast<std::uint8_t>(random());
    return pixels;
}

/// OpenCV's answer for pictures that lie pixel by pixel.
inline std::vector<double> openCvAnswer(cv::dnn::Net& net, const std::vector<std::uint8_t>& pixels,
                                        const Shape& picture, std::int64_t batch) {
    const int height = static_cast<int>(picture[0]), width = static_cast<int>(picture[1]);
    const int channels = static_cast<int>(picture[2]);
    const int dims[] = {static_cast<int>(batch), channels, height, width};
    cv::Mat blob(4, dims, CV_32F);
    float* out = blob.ptr<float>();
    for (int n = 0; n < batch; ++n) {
        for (int k = 0; k < channels; ++k) {
            for (int i = 0; i < height * width; ++i)
                *out++ = pixels[static_cast<std::size_t>((n * height * width + i) * channels + k)];
        }
    }
    net.setInput(blob, "image");
    const cv::Mat answer = net.forward("probabilities");
    return {answer.ptr<float>(), answer.ptr<float>() + answer.total()};
}

/// The largest difference, relative to the largest value or 1; infinite when the sizes differ.
inline double difference(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
    double largest = 1, worst = 0;
    for (const double v : b) largest = std::max(largest, std::abs(v));
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double d = std::abs(a[i] - b[i]);
        worst = d <= worst ? worst : d;  // what is not a number stays
    }
    return worst / largest;
}

/// Puts a network together layer by layer, without the rules that a network for training has to follow.
class LayerNetwork {
  public:
    explicit LayerNetwork(const Shape& picture) : m_picture(picture) { add("input", {}); }

    /// Index of the new layer.
    int add(std::string_view type, std::vector<int> inputs, const ParamMap& params = {}) {
        LayerPlan layer;
        layer.type = findLayerType(type);
        layer.spec = {std::string(type) + std::to_string(m_case.plan.layers.size()),
                      std::string(type),
                      {},
                      *resolveParams(allParams(*layer.type), params, type)};
        layer.inputs = std::move(inputs);
        for (const int i : layer.inputs) layer.inputShapes.push_back(shapeOf(i));
        const LayerShapes shapes = *layer.type->shapes({layer.spec.params, layer.inputShapes, 6, m_picture});
        layer.output = shapes.output;
        for (const WeightShape& weight : shapes.weights)
            layer.weights.push_back({layer.spec.name + "." + weight.name, weight, 0});
        m_case.plan.layers.push_back(std::move(layer));
        return static_cast<int>(m_case.plan.layers.size()) - 1;
    }

    const Shape& shapeOf(int layer) const { return m_case.plan.layers[static_cast<std::size_t>(layer)].output; }

    /// A layer that makes a value of this shape of the picture.
    int valueOf(const Shape& shape) {
        if (shape == m_picture) return 0;
        if (shape.rank() == 2) return add("patch_embedding", {0}, {{"size", std::int64_t{1}}, {"width", shape[1]}});
        const int picture =
            add("conv2d", {0},
                {{"filters", shape.columns()}, {"kernel_height", std::int64_t{1}}, {"kernel_width", std::int64_t{1}}});
        return shape.rank() == 3 ? picture : add("global_average_pool", {picture});
    }

    /// With the last layer's value as the answer.
    OnnxCase finish() {
        m_case.spec.preprocess = preprocessOf(m_picture);
        m_case.plan.request.input = m_picture;
        m_case.plan.name = "example";
        m_case.spec.classes.assign(static_cast<std::size_t>(m_case.plan.layers.back().output.size()), "class");
        addWeights(m_case);
        return std::move(m_case);
    }

  private:
    Shape m_picture;
    OnnxCase m_case;
};

/// A picture of which values of all the shapes can be made.
inline Shape pictureFor(const std::vector<Shape>& shapes) {
    for (const Shape& shape : shapes) {
        if (shape.rank() == 3) return shape;
    }
    return shapes[0].rank() == 2 ? Shape{1, shapes[0][0], 3} : Shape{2, 2, 3};
}

/// One example of a layer, inside a network that makes its inputs and flattens its output.
inline OnnxCase exampleCase(const LayerType& layer, const LayerExample& example) {
    LayerNetwork network(pictureFor(example.inputs));
    std::vector<int> inputs;
    for (const Shape& shape : example.inputs) inputs.push_back(network.valueOf(shape));
    // Flattened, pictures lie in our order again.
    network.add("flatten", {network.add(layer.name, inputs, example.params)});
    return network.finish();
}

}  // namespace lemnos
