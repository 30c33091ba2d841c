// The order of a training step's work, and a place in the activation arena for every value, by liveness: values that
// are not needed at the same time share memory.
#pragma once

#include "model/graph/plan.h"

namespace lemnos {

/// Fills in Plan::steps and activationFloats, and every layer's root-dependent places, from shapes and inputs.
void planSteps(Plan& plan);
void planMemory(Plan& plan);

}  // namespace lemnos
