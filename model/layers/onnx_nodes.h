// OnnxNodes: what a layer needs to write itself to ONNX, without knowing protobuf.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lemnos {

/// A node attribute: an integer, a real number or a list of integers.
struct OnnxAttribute {
    std::string name;
    std::variant<std::int64_t, float, std::vector<std::int64_t>> value;
};

/// Collects nodes. Pictures are NCHW inside ONNX, vectors are {N, features}.
class OnnxNodes {
  public:
    virtual ~OnnxNodes() = default;
    /// Appends a node with one output and returns the name of that output.
    virtual std::string add(std::string_view opType, const std::vector<std::string>& inputs,
                            const std::vector<OnnxAttribute>& attributes = {}) = 0;
};

}  // namespace lemnos
