// What liblemnos_mpi.so has for the program that loads it.
#pragma once

#include <string>

#include "compute/collective/collective.h"

namespace lemnos {

using OpenMpiPlugin = Collective*(std::string* error);
constexpr const char* openMpiPluginName = "lemnosOpenMpi";

}  // namespace lemnos
