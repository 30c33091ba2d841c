#include "model/exchange/python_code.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <set>

#include "model/text.h"

namespace lemnos {

namespace {

/// Words that mean something else in the programs: of Python, of the frameworks, and of the classes that the networks
/// derive from.
bool isTaken(const std::string& name) {
    static const std::set<std::string, std::less<>> words = {"False",
                                                             "None",
                                                             "True",
                                                             "and",
                                                             "as",
                                                             "assert",
                                                             "async",
                                                             "await",
                                                             "break",
                                                             "class",
                                                             "continue",
                                                             "def",
                                                             "del",
                                                             "elif",
                                                             "else",
                                                             "except",
                                                             "finally",
                                                             "for",
                                                             "from",
                                                             "global",
                                                             "if",
                                                             "import",
                                                             "in",
                                                             "is",
                                                             "lambda",
                                                             "nonlocal",
                                                             "not",
                                                             "or",
                                                             "pass",
                                                             "raise",
                                                             "return",
                                                             "try",
                                                             "while",
                                                             "with",
                                                             "yield",
                                                             "x",
                                                             "self",
                                                             "torch",
                                                             "nn",
                                                             "F",
                                                             "keras",
                                                             "layers",
                                                             "ops",
                                                             "json",
                                                             "math",
                                                             "float",
                                                             "T_destination",
                                                             "compile",
                                                             "dump_patches",
                                                             "get_buffer",
                                                             "get_extra_state",
                                                             "get_parameter",
                                                             "get_submodule",
                                                             "ipu",
                                                             "load_state_dict",
                                                             "mtia",
                                                             "named_buffers",
                                                             "named_children",
                                                             "named_modules",
                                                             "named_parameters",
                                                             "register_backward_hook",
                                                             "register_forward_hook",
                                                             "register_forward_pre_hook",
                                                             "register_full_backward_hook",
                                                             "register_full_backward_pre_hook",
                                                             "register_load_state_dict_post_hook",
                                                             "register_load_state_dict_pre_hook",
                                                             "register_module",
                                                             "register_parameter",
                                                             "register_state_dict_post_hook",
                                                             "register_state_dict_pre_hook",
                                                             "requires_grad_",
                                                             "set_extra_state",
                                                             "set_submodule",
                                                             "share_memory",
                                                             "to_empty",
                                                             "xpu",
                                                             "call_super_init",
                                                             "add_module",
                                                             "apply",
                                                             "bfloat16",
                                                             "buffers",
                                                             "children",
                                                             "cpu",
                                                             "cuda",
                                                             "double",
                                                             "eval",
                                                             "extra_repr",
                                                             "forward",
                                                             "half",
                                                             "modules",
                                                             "parameters",
                                                             "register_buffer",
                                                             "state_dict",
                                                             "to",
                                                             "train",
                                                             "training",
                                                             "type",
                                                             "zero_grad",
                                                             "inputs",
                                                             "outputs",
                                                             "model",
                                                             "numpy"};
    return words.contains(name);
}

/// A layer's name as an identifier that no layer before has.
std::string identifier(const std::string& name, std::set<std::string>& used) {
    std::string text;
    for (const char c : name) text += std::isalnum(static_cast<unsigned char>(c)) && (c & 0x80) == 0 ? c : '_';
    if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) || text[0] == '_') text = "layer_" + text;
    if (isTaken(text)) text += '_';
    std::string unique = text;
    for (int i = 2; !used.insert(unique).second; ++i) unique = text + "_" + std::to_string(i);
    return unique;
}

std::string pythonText(const std::string& text) {
    return nlohmann::json(toUtf8(text)).dump();
}

/// A text that can stand in a docstring.
std::string inDocstring(const std::string& text) {
    std::string safe;
    for (const char c : toUtf8(text)) {
        if (c != '\\' && c != '"' && static_cast<unsigned char>(c) >= 0x20) safe += c;
    }
    return safe;
}

/// What the two programs are put together from.
struct Parts {
    std::string helpers;     ///< classes
    std::string modules;     ///< lines of __init__, for PyTorch
    std::string statements;  ///< one per layer
    std::string names;       ///< "conv": "1st conv", for identifiers that are not the layer's name
    std::string result;      ///< variable of the last layer's value
};

/// A value is called x where only the next layer reads it, and after its layer otherwise.
Parts partsOf(const Plan& plan, std::string (*LayerType::*write)(LayerPython&), const std::string& indent) {
    Parts parts;
    std::set<std::string> used, helpers;
    std::vector<std::string> variables;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const LayerPlan& layer = plan.layers[i];
        LayerPython c{.params = layer.spec.params,
                      .name = identifier(layer.spec.name, used),
                      .inputShapes = layer.inputShapes,
                      .outputShape = layer.output};
        std::size_t readers = 0;
        bool byNext = true;
        for (std::size_t j = i + 1; j < plan.layers.size(); ++j) {
            const auto reads = std::ranges::count(plan.layers[j].inputs, static_cast<int>(i));
            readers += static_cast<std::size_t>(reads);
            byNext = byNext && (reads == 0 || j == i + 1);
        }
        const std::string variable = readers > 1 || !byNext ? c.name : "x";
        variables.push_back(variable);
        if (layer.inputs.empty()) {
            if (variable != "x") parts.statements += indent + variable + " = x\n";
            continue;
        }
        for (const int input : layer.inputs) c.inputs.push_back(variables[static_cast<std::size_t>(input)]);
        const std::string value = (layer.type->*write)(c);
        if (!c.module.empty()) parts.modules += "        self." + c.name + " = " + c.module + "\n";
        if (!c.helper.empty() && helpers.insert(c.helper).second) parts.helpers += "\n" + c.helper;
        if (value != variable) parts.statements += indent + variable + " = " + value + "\n";
        if (c.name != layer.spec.name && !layer.weights.empty())
            parts.names += (parts.names.empty() ? "" : ", ") + pythonText(c.name) + ": " + pythonText(layer.spec.name);
    }
    parts.result = variables.back();
    return parts;
}

std::string extents(const Plan& plan) {
    const Shape& input = plan.request.input;
    return std::to_string(input[0]) + " x " + std::to_string(input[1]) + " pixels in " + std::to_string(input[2]) +
           (input[2] == 1 ? " channel" : " channels");
}

std::string heading(const Plan& plan, const char* framework, const char* order) {
    return "\"\"\"The network " + inDocstring(plan.name) + " in " + framework +
           ", written by Lemnos.\n\nIt reads pictures of " + extents(plan) + ", " + order +
           ",\nas numbers of mean 0 and deviation 1 per channel, and gives the\nprobabilities of " +
           std::to_string(plan.layers.back().output.size()) + " classes.\n\"\"\"\n";
}

// The format is read by hand: a length, a header in JSON, and the numbers (see model/exchange/safetensors.h).
constexpr const char* readWeights = R"(    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    header.pop("__metadata__", None)
)";

std::string namesOf(const Parts& parts) {
    return parts.names.empty() ? "" : "\n# Layers that have another name in Lemnos.\nNAMES = {" + parts.names + "}\n";
}

std::string pytorchProgram(const Plan& plan) {
    const Parts parts = partsOf(plan, &LayerType::pytorch, "        ");
    const Shape& input = plan.request.input;
    const std::string name = parts.names.empty() ? "layer" : "NAMES.get(layer, layer)";
    return heading(plan, "PyTorch", "{N, channels, height, width}") + R"(import json

import torch
from torch import nn
from torch.nn import functional as F
)" + namesOf(parts) +
           parts.helpers + R"(

class Network(nn.Module):
    def __init__(self):
        super().__init__()
)" + parts.modules +
           R"(
    def forward(self, x):
)" + parts.statements +
           "        return " + parts.result + R"(


def load_weights(model, path):
    """Takes the weights from weights.safetensors of a run of Lemnos."""
)" + readWeights +
           R"(    for layer, module in model.named_children():
        tensors = [tensor for name, tensor in header.items() if name.rpartition(".")[0] == )" +
           name + R"(]
        tensors.sort(key=lambda tensor: tensor["data_offsets"])
        state = [(key, value) for key, value in module.state_dict().items() if value.is_floating_point()]
        for tensor, (key, value) in zip(tensors, state):
            begin, end = tensor["data_offsets"]
            numbers = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32).reshape(tensor["shape"])
            if key.endswith("weight") and numbers.ndim == 4:
                numbers = numbers.permute(3, 2, 0, 1)
            elif key.endswith("weight") and numbers.ndim == 2:
                numbers = numbers.T
            value.copy_(numbers)


if __name__ == "__main__":
    model = Network().eval()
    print(sum(parameter.numel() for parameter in model.parameters()), "parameters")
    with torch.no_grad():
        print(model(torch.zeros(1, )" +
           std::to_string(input[2]) + ", " + std::to_string(input[0]) + ", " + std::to_string(input[1]) +
           R"()).shape)
)";
}

std::string kerasProgram(const Plan& plan) {
    const Parts parts = partsOf(plan, &LayerType::keras, "    ");
    const Shape& input = plan.request.input;
    const std::string shape =
        "(" + std::to_string(input[0]) + ", " + std::to_string(input[1]) + ", " + std::to_string(input[2]) + ")";
    const std::string name = parts.names.empty() ? "layer.name" : "NAMES.get(layer.name, layer.name)";
    return heading(plan, "Keras 3", "{N, height, width, channels}") + R"(import json

import keras
import numpy
from keras import layers, ops
)" + namesOf(parts) +
           parts.helpers + R"(

def network():
    inputs = x = layers.Input()" +
           shape + ")\n" + parts.statements + "    return keras.Model(inputs, " + parts.result + R"()


def load_weights(model, path):
    """Takes the weights from weights.safetensors of a run of Lemnos."""
)" + readWeights +
           R"(    for layer in model.layers:
        tensors = [tensor for name, tensor in header.items() if name.rpartition(".")[0] == )" +
           name + R"(]
        tensors.sort(key=lambda tensor: tensor["data_offsets"])
        values = []
        for tensor, weight in zip(tensors, layer.weights):
            begin, end = tensor["data_offsets"]
            values.append(numpy.frombuffer(data[begin:end], dtype="float32").reshape(weight.shape))
        if values:
            layer.set_weights(values)


if __name__ == "__main__":
    model = network()
    print(sum(int(numpy.prod(weight.shape)) for weight in model.trainable_weights), "parameters")
    print(model(ops.zeros((1, *)" +
           shape + R"())).shape)
)";
}

constexpr PythonFramework frameworks[] = {{"keras", "Keras", kerasProgram}, {"pytorch", "PyTorch", pytorchProgram}};

}  // namespace

std::span<const PythonFramework> pythonFrameworks() {
    return frameworks;
}

const PythonFramework* findPythonFramework(std::string_view name) {
    const auto found = std::ranges::find(frameworks, name, &PythonFramework::name);
    return found == std::end(frameworks) ? nullptr : &*found;
}

Result<std::string> pythonCode(const PythonFramework& framework, const Graph& graph, const PlanRequest& request) {
    TRY(const Plan plan, makePlan(graph, request));
    return framework.program(plan);
}

}  // namespace lemnos
