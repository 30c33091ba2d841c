#include "model/optimizers/optimizer.h"

#include "model/phrased_error.h"

namespace lemnos {

Param weightDecayParam(double defaultValue) {
    return {.key = "weight_decay",
            .label = LEMNOS_TEXT("Weight decay"),
            .help = LEMNOS_TEXT("Pulls weights towards zero a little with every step, against learning by heart; too "
                                "much and the network learns too little. 0 switches it off."),
            .defaultValue = defaultValue,
            .minimum = 0,
            .maximum = 10};
}

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
    return phrasedError({LEMNOS_TEXT("There is no optimizer '%1'; use one of: %2."),
                         {Phrase::name(std::string(name)), Phrase::name(known)}},
                        "optimizer");
}

}  // namespace lemnos
