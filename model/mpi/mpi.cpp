#include "model/mpi/mpi.h"

#include <dlfcn.h>

#include <filesystem>

#include "model/files.h"
#include "model/mpi/plugin.h"

namespace lemnos {
namespace {

constexpr const char* pluginName = "liblemnos_mpi.so";

/// Beside the program, or where it is installed.
void* load() {
    std::error_code code;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", code).parent_path();
    for (const auto& folder : {program, program / "../lib/lemnos"})
        if (void* library = ::dlopen((folder / pluginName).c_str(), RTLD_NOW | RTLD_GLOBAL)) return library;
    return nullptr;
}

}  // namespace

Result<std::unique_ptr<Collective>> openMpi() {
    void* const library = load();
    if (!library) {
        const char* const why = ::dlerror();
        return Error{
            "MPI can't be used here (" + std::string(why ? why : "it was not found") +
            "). Install Open MPI (on Debian: openmpi-bin and libopenmpi-dev, the latter when Lemnos is built)."};
    }
    const auto open = reinterpret_cast<OpenMpiPlugin*>(::dlsym(library, openMpiPluginName));
    if (!open) return Error{"The MPI part of Lemnos is of another version; build and install all of it anew."};
    std::string error;
    Collective* const collective = open(&error);
    if (!collective) return Error{error};
    return std::unique_ptr<Collective>(collective);
}

}  // namespace lemnos
