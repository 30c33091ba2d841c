// What the checks of all ops share.
#pragma once

#include <string>

#include "compute/result.h"
#include "compute/tensor.h"

namespace lemnos {

/// An Error that names the op when `condition` does not hold: ops are given by our own code, so this is a bug report.
inline Status opCheck(bool condition, const char* op, const char* rule) {
    if (condition) return {};
    return Error{std::string("Internal error: the op ") + op + " needs " + rule + ".", op};
}

inline bool sameExtents(const Tensor& a, const Tensor& b) {
    return a && b && a.rows == b.rows && a.columns == b.columns && a.stride == b.stride && a.type == b.type;
}

}  // namespace lemnos
