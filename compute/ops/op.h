// What all ops share. An op is a plain struct with `name`, `cost()` and `check()`; its comment is its definition, and
// compute/reference/ops/ has it in plain loops.
#pragma once

#include <initializer_list>
#include <string>

#include "compute/result.h"
#include "compute/tensor.h"

namespace lemnos {

/// What an op can't do without: the floor of its time on any device.
struct OpCost {
    double multiplyAdds = 0;  ///< of matrix products and convolutions; 0 for what memory limits
    double bytes = 0;         ///< read and written once each
};

/// Bytes of all that are not null.
inline double bytesOf(std::initializer_list<Tensor> tensors) {
    double bytes = 0;
    for (const Tensor& tensor : tensors) bytes += tensor ? static_cast<double>(tensor.sizeBytes()) : 0;
    return bytes;
}

/// An Error that names the op when `condition` does not hold: ops are given by our own code, so this is a bug report.
inline Status opCheck(bool condition, const char* op, const char* rule) {
    if (condition) return {};
    return Error{std::string("Internal error: the op ") + op + " needs " + rule + ".", op};
}

inline bool sameExtents(const Tensor& a, const Tensor& b) {
    return a && b && a.rows == b.rows && a.columns == b.columns && a.stride == b.stride && a.type == b.type;
}

}  // namespace lemnos
