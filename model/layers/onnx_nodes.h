// OnnxNodes: what a layer needs to write itself to ONNX, without knowing protobuf.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lemnos {

/// A node attribute: an integer, a real number, a list of integers or a text.
struct OnnxAttribute {
    std::string name;
    std::variant<std::int64_t, float, std::vector<std::int64_t>, std::string> value;
};

/// Collects nodes. Pictures are NCHW inside ONNX, vectors are {N, features}, lists of tokens {N, tokens, features}.
class OnnxNodes {
  public:
    virtual ~OnnxNodes() = default;
    /// Appends a node with one output and returns the name of that output.
    virtual std::string add(std::string_view opType, const std::vector<std::string>& inputs,
                            const std::vector<OnnxAttribute>& attributes = {}) = 0;
    /// A constant list of integers; returns its name, as all of these.
    virtual std::string integers(const std::vector<std::int64_t>& values) = 0;
    /// Constant numbers of the extents `dims`.
    virtual std::string numbers(const std::vector<float>& values, const std::vector<std::int64_t>& dims) = 0;
    /// One constant number.
    std::string number(float value) { return numbers({value}, {}); }
};

}  // namespace lemnos
