// A trained network as an ONNX ModelProto. onnx_verify.cpp proves it and writes it to disk.
#include "model/exchange/onnx_export.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/exchange/onnx_metadata.h"
#include "model/text.h"

namespace lemnos {

namespace {

using nlohmann::json;

constexpr int opset = 13;
constexpr int irVersion = 7;  // what came out together with opset 13; readers refuse versions they don't know

class GraphWriter : public OnnxNodes {
  public:
    explicit GraphWriter(onnx::GraphProto& graph) : m_graph(graph) {}

    std::string add(std::string_view opType, const std::vector<std::string>& inputs,
                    const std::vector<OnnxAttribute>& attributes) override {
        onnx::NodeProto& node = *m_graph.add_node();
        const std::string name = m_layer + "/" + std::string(opType) + std::to_string(m_graph.node_size());
        node.set_op_type(std::string(opType));
        node.set_name(name);
        for (const std::string& input : inputs) node.add_input(input);
        node.add_output(name);
        for (const OnnxAttribute& attribute : attributes) {
            onnx::AttributeProto& proto = *node.add_attribute();
            proto.set_name(attribute.name);
            std::visit([&](const auto& value) { set(proto, value); }, attribute.value);
        }
        return name;
    }

    std::string integers(const std::vector<std::int64_t>& values) override {
        return addTensor(constantName(), {static_cast<std::int64_t>(values.size())}, values, onnx::TensorProto::INT64);
    }

    std::string numbers(const std::vector<float>& values, const std::vector<std::int64_t>& dims) override {
        return addInitialiser(constantName(), dims, values);
    }

    std::string addInitialiser(const std::string& name, const std::vector<std::int64_t>& dims,
                               const std::vector<float>& values) {
        return addTensor(name, dims, values, onnx::TensorProto::FLOAT);
    }

    /// Nodes added from now on are named after this layer.
    void beginLayer(const std::string& name) { m_layer = toUtf8(name); }

    void renameValue(const std::string& from, const std::string& to) {
        for (onnx::NodeProto& node : *m_graph.mutable_node()) {
            for (std::string& name : *node.mutable_input()) name = name == from ? to : name;
            for (std::string& name : *node.mutable_output()) name = name == from ? to : name;
        }
    }

  private:
    std::string constantName() { return m_layer + "/constant" + std::to_string(m_graph.initializer_size()); }

    template <class T>
    std::string addTensor(const std::string& name, const std::vector<std::int64_t>& dims, const std::vector<T>& values,
                          onnx::TensorProto::DataType type) {
        onnx::TensorProto& tensor = *m_graph.add_initializer();
        tensor.set_name(name);
        tensor.set_data_type(type);
        for (const std::int64_t dim : dims) tensor.add_dims(dim);
        tensor.set_raw_data(values.data(), values.size() * sizeof(T));
        return name;
    }

    static void set(onnx::AttributeProto& proto, std::int64_t value) {
        proto.set_type(onnx::AttributeProto::INT);
        proto.set_i(value);
    }
    static void set(onnx::AttributeProto& proto, float value) {
        proto.set_type(onnx::AttributeProto::FLOAT);
        proto.set_f(value);
    }
    static void set(onnx::AttributeProto& proto, const std::string& value) {
        proto.set_type(onnx::AttributeProto::STRING);
        proto.set_s(value);
    }
    static void set(onnx::AttributeProto& proto, const std::vector<std::int64_t>& values) {
        proto.set_type(onnx::AttributeProto::INTS);
        for (const std::int64_t value : values) proto.add_ints(value);
    }

    onnx::GraphProto& m_graph;
    std::string m_layer = "input";
};

/// A float value whose first extent, the number of pictures, is left open.
void describeValue(onnx::ValueInfoProto& value, const std::string& name, const std::vector<std::int64_t>& dims) {
    value.set_name(name);
    onnx::TypeProto::Tensor& type = *value.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_shape()->add_dim()->set_dim_param("N");
    for (const std::int64_t dim : dims) type.mutable_shape()->add_dim()->set_dim_value(dim);
}

/// (image - mean) / deviation, per channel; ends in the value that the first layer reads. Written as a
/// BatchNormalization, because OpenCV 4.6 can't subtract one value per channel from more than one picture.
std::string writePreprocess(GraphWriter& writer, const Preprocess& preprocess) {
    const std::vector<float> ones(preprocess.mean.size(), 1), zeros(preprocess.mean.size(), 0);
    std::vector<float> variance;
    for (const float deviation : preprocess.deviation) variance.push_back(deviation * deviation);
    std::vector<std::string> inputs = {"image"};
    const auto add = [&](const char* name, const std::vector<float>& values) {
        inputs.push_back(writer.addInitialiser(name, {preprocess.channels}, values));
    };
    add("ones", ones);
    add("zeros", zeros);
    add("mean", preprocess.mean);
    add("variance", variance);
    return writer.add("BatchNormalization", inputs, {{"epsilon", 0.0f}});
}

/// The same numbers with their extents in another order: extent i of the result is dims[order[i]].
NamedTensor reordered(const NamedTensor& tensor, const std::vector<int>& order) {
    const std::size_t rank = tensor.dims.size();
    std::vector<std::int64_t> strides(rank, 1);  // of the tensor as it is
    for (std::size_t axis = rank; axis-- > 1;) strides[axis - 1] = strides[axis] * tensor.dims[axis];
    NamedTensor result{tensor.name, {}, {}};
    for (const int axis : order) result.dims.push_back(tensor.dims[static_cast<std::size_t>(axis)]);
    std::vector<std::int64_t> index(rank, 0);
    for (std::size_t n = 0; n < tensor.values.size(); ++n) {
        std::int64_t from = 0;
        for (std::size_t i = 0; i < rank; ++i) from += index[i] * strides[static_cast<std::size_t>(order[i])];
        result.values.push_back(tensor.values[static_cast<std::size_t>(from)]);
        for (std::size_t i = rank; i-- > 0 && ++index[i] == result.dims[i];) index[i] = 0;
    }
    return result;
}

Result<std::vector<std::string>> writeWeights(GraphWriter& writer, const LayerPlan& layer, const TensorFile& weights) {
    std::vector<std::string> names;
    for (const WeightPlan& weight : layer.weights) {
        const NamedTensor* tensor = weights.find(weight.name);
        if (!tensor || tensor->dims != weight.shape.dims) {
            return Error{"The run's weights do not fit its network: " + weight.name +
                             (tensor ? " has another shape." : " is missing.") + " Train the run again.",
                         layer.spec.name};
        }
        const std::vector<int>& order = weight.shape.onnxOrder;
        const NamedTensor written = order.empty() ? *tensor : reordered(*tensor, order);
        names.push_back(writer.addInitialiser(toUtf8(weight.name), written.dims, written.values));
    }
    return names;
}

/// Writes all layers and returns the name of the last one's output.
Result<std::string> writeLayers(GraphWriter& writer, const Plan& plan, const TensorFile& weights,
                                const std::string& input) {
    std::vector<std::string> outputs;
    for (const LayerPlan& layer : plan.layers) {
        writer.beginLayer(layer.spec.name);
        if (layer.inputs.empty()) {
            outputs.push_back(input);
            continue;
        }
        if (!layer.type->onnx) {
            return Error{std::string(layer.type->name) + " '" + layer.spec.name + "' can't be written to ONNX.",
                         layer.spec.name};
        }
        LayerOnnx description{.params = layer.spec.params,
                              .nodes = writer,
                              .inputShapes = layer.inputShapes,
                              .outputShape = layer.output};
        for (const int index : layer.inputs) description.inputs.push_back(outputs[static_cast<std::size_t>(index)]);
        TRY(description.weights, writeWeights(writer, layer, weights));
        outputs.push_back(layer.type->onnx(description));
    }
    return outputs.back();
}

Status checkTrained(const RunSpec& spec) {
    if (spec.preprocess && spec.preprocess->features.kind != FeatureKind::pixels)
        return Error{"The network reads " + std::string(toString(spec.preprocess->features.kind)) +
                         " features, which an ONNX model can't compute from a picture. Train on pixels to export it.",
                     "features"};
    const auto channels = spec.preprocess ? static_cast<std::size_t>(spec.preprocess->channels) : 0;
    if (spec.preprocess && !spec.classes.empty() && spec.preprocess->mean.size() == channels &&
        spec.preprocess->deviation.size() == channels) {
        return {};
    }
    return Error{"The run has not begun to train, so there is nothing to export yet.", {}};
}

}  // namespace

json onnxLabels(const RunSpec& spec) {
    json labels = json::array();
    for (const std::string& name : spec.classes) labels.push_back(toUtf8(name));
    return labels;
}

json onnxInput(const Preprocess& preprocess) {
    const auto resize = std::ranges::find(preprocess.steps, std::string("resize"), &TransformSpec::type);
    const bool stretches = resize == preprocess.steps.end();
    std::string mode = stretches ? "stretch" : textParam(resize->params, "mode");
    if (mode == "fit") mode += ", in the middle, padded with " + std::to_string(intParam(resize->params, "padding"));
    if (mode == "cover") mode += ", the middle";
    json input = {{"name", "image"},
                  {"layout", "NCHW"},
                  {"width", preprocess.width},
                  {"height", preprocess.height},
                  {"channels", preprocess.channels},
                  {"order", preprocess.channels == 1 ? "grey" : "RGB"},
                  {"range", "0..255"},
                  {"resize", mode + "; area average when shrinking, bilinear when growing"}};
    // All that is done to a picture before the model sees it, in order; without it, the resize is all there is.
    if (!preprocess.steps.empty()) input["steps"] = toJson(preprocess.steps);
    return input;
}

Result<std::string> toOnnx(const RunSpec& spec, const Plan& plan, const TensorFile& weights) {
    TRY_OK(checkTrained(spec));
    const Preprocess& preprocess = *spec.preprocess;
    onnx::ModelProto model;
    model.set_ir_version(irVersion);
    model.set_producer_name("Lemnos");
    model.set_producer_version(LEMNOS_VERSION);
    model.add_opset_import()->set_version(opset);
    const auto addMetadata = [&](const char* key, const json& value) {
        onnx::StringStringEntryProto& entry = *model.add_metadata_props();
        entry.set_key(key);
        entry.set_value(value.dump());
    };
    addMetadata("labels", onnxLabels(spec));
    addMetadata("input", onnxInput(preprocess));

    onnx::GraphProto& graph = *model.mutable_graph();
    graph.set_name(spec.model.name.empty() ? "network" : toUtf8(spec.model.name));
    describeValue(*graph.add_input(), "image", {preprocess.channels, preprocess.height, preprocess.width});
    describeValue(*graph.add_output(), "probabilities", {static_cast<std::int64_t>(spec.classes.size())});

    GraphWriter writer(graph);
    TRY(const std::string output, writeLayers(writer, plan, weights, writePreprocess(writer, preprocess)));
    writer.renameValue(output, "probabilities");

    std::string bytes;
    if (!model.SerializeToString(&bytes)) {
        return Error{"The network is larger than the 2 GB that one ONNX file can hold; make its layers smaller.", {}};
    }
    return bytes;
}

}  // namespace lemnos
