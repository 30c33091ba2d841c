#include "model/optimizers/optimizer.h"

namespace lemnos {

const OptimizerType* findOptimizerType(std::string_view name) {
    for (const OptimizerType* type : optimizerTypes()) {
        if (type->name == name) return type;
    }
    return nullptr;
}

Result<const OptimizerType*> optimizerTypeOrError(std::string_view name) {
    if (const OptimizerType* type = findOptimizerType(name)) return type;
    std::string known;
    for (const OptimizerType* type : optimizerTypes()) known += (known.empty() ? "" : ", ") + std::string(type->name);
    return Error{"There is no optimizer '" + std::string(name) + "'; use one of: " + known + ".", "optimizer"};
}

}  // namespace lemnos
