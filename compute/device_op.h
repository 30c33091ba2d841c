// DeviceOp: how one kind of device does one op of compute/ops/.
#pragma once

#include <typeindex>

#include "compute/result.h"

namespace lemnos {

template <class DeviceRecorder>
struct DeviceOp {
    std::type_index type;
    Status (*record)(DeviceRecorder&, const void* op);
};

/// The DeviceOp of a function `Status f(DeviceRecorder&, const Op&)`.
template <class DeviceRecorder, class Op, Status (*Record)(DeviceRecorder&, const Op&)>
DeviceOp<DeviceRecorder> deviceOp() {
    return {typeid(Op),
            [](DeviceRecorder& recorder, const void* op) { return Record(recorder, *static_cast<const Op*>(op)); }};
}

}  // namespace lemnos
