// What the ops that rest on oneDNN share: primitives are made when an op is recorded, and only executed afterwards.
#pragma once

#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <unordered_map>

#include "compute/host/host_device.h"
#include "compute/ops/activation_kind.h"

namespace lemnos::onednn {

using Arguments = std::unordered_map<int, dnnl::memory>;

const dnnl::engine& processor();

/// float32 values, `strides` floats apart.
dnnl::memory::desc strided(const dnnl::memory::dims& extents, const dnnl::memory::dims& strides);

/// float32 values in the order that suits oneDNN best.
dnnl::memory::desc anyOrder(const dnnl::memory::dims& extents);

dnnl::memory at(const dnnl::memory::desc& desc, float* data);

/// Result = activation(scale result [+ what was there]). Working memory is given by the caller, since primitives are
/// made by one thread and executed by another.
dnnl::primitive_attr attributes(float scale = 1, bool accumulate = false, const Activation& activation = {});

/// Appends an execution of `primitive`, of which `description` is the description.
Status execute(HostRecorder& recorder, const dnnl::primitive& primitive, const dnnl::primitive_desc_base& description,
               Arguments arguments);

/// Appends a change of order; nothing when the orders are the same and `from` and `to` the same memory.
Status reorder(HostRecorder& recorder, const dnnl::memory& from, const dnnl::memory& to, bool accumulate = false);

/// Memory of the recording in the order of `desc`.
Result<dnnl::memory> scratch(HostRecorder& recorder, const dnnl::memory::desc& desc);

/// Appends the zeroing of the elements between columns and stride, where there are any.
void clearPadding(HostRecorder& recorder, const Tensor& tensor);

/// record(), with what oneDNN throws as an Error. That it can't do something is a bug of ours, except for memory.
template <class F>
Status guarded(const char* op, F record) {
    try {
        return record();
    } catch (const dnnl::error& error) {
        return Error{std::string("oneDNN could not prepare the op ") + op + ": " + error.what() +
                         "; if memory is short, lower the batch size or the picture size.",
                     op};
    } catch (const std::bad_alloc&) {
        return Error{"This computer has too little free memory; lower the batch size or the picture size.", op};
    }
}

}  // namespace lemnos::onednn
