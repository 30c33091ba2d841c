// How layers are written as Python: see model/exchange/python_code.h for the program around them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compute/shape.h"
#include "model/param.h"

namespace lemnos {

/// What a layer sees while it is written for PyTorch or Keras. Values are what the framework is used to: pictures are
/// {N, channels, height, width} in PyTorch and {N, height, width, channels} in Keras; tokens {N, tokens, features}.
struct LayerPython {
    const ParamMap& params;
    std::string name;                  ///< an identifier for its module or layer
    std::vector<Shape> inputShapes{};  ///< ours: {height, width, channels}
    Shape outputShape{};
    std::vector<std::string> inputs{};  ///< expressions of the values it reads

    // Set by the layer:
    std::string
        module{};  ///< PyTorch: constructor of the module self.NAME, whose weights are in the order of WeightShape
    std::string helper{};  ///< source of a class that the program needs besides the framework's own

    const std::string& x() const { return inputs.front(); }
    /// PyTorch: the module's answer to an expression.
    std::string call(const std::string& expression) const { return "self." + name + "(" + expression + ")"; }
    /// Keras: a layer of this class, named like ours, and its answer to an expression. `arguments` may be empty.
    std::string layer(const std::string& type, const std::string& arguments, const std::string& expression) const {
        return type + "(" + arguments + (arguments.empty() ? "" : ", ") + "name=\"" + name + "\")(" + expression + ")";
    }
    /// "(a, b)" of the inputs, or "[a, b]".
    std::string list(char open, char close) const {
        std::string text(1, open);
        for (const std::string& input : inputs) text += (text.size() > 1 ? ", " : "") + input;
        return text + close;
    }
};

/// "3", or "(3, 5)" where they differ.
inline std::string pythonPair(std::int64_t a, std::int64_t b) {
    const std::string first = std::to_string(a);
    return a == b ? first : "(" + first + ", " + std::to_string(b) + ")";
}

inline std::string pythonNumber(double value) {
    return toString(ParamValue(value));
}

}  // namespace lemnos
