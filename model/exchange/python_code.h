// The network as a program of another framework, that runs as it is printed.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "compute/result.h"
#include "model/graph/plan.h"

namespace lemnos {

/// A framework that networks can be written for.
struct PythonFramework {
    std::string_view name;   ///< "pytorch"
    std::string_view label;  ///< as it is called: "PyTorch"
    /// The program: the network as a class or function, a function load_weights(model, path) that takes the weights
    /// from weights.safetensors of a run, and a main part that prints the number of parameters. Pictures are what the
    /// first layer reads, that is, after the run's mean was subtracted and its deviation divided out.
    std::string (*program)(const Plan& plan) = nullptr;
};

/// Keras 3 and PyTorch.
std::span<const PythonFramework> pythonFrameworks();
/// One of them, or null.
const PythonFramework* findPythonFramework(std::string_view name);

/// The program, or an Error that says what is wrong with the network.
Result<std::string> pythonCode(const PythonFramework& framework, const Graph& graph, const PlanRequest& request);

}  // namespace lemnos
