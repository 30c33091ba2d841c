// How a setting is called on the command line.
#pragma once

#include <algorithm>
#include <string>

namespace lemnos {

/// "--weight-decay" for the key "weight_decay".
inline std::string optionName(std::string key) {
    std::ranges::replace(key, '_', '-');
    return "--" + key;
}

}  // namespace lemnos
