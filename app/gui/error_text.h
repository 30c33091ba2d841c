// What an error says, in the language of the user.
#pragma once

#include <QString>

#include "compute/result.h"

namespace lemnos {

QString errorText(const std::string& sentence);

inline QString errorText(const Error& error) {
    return errorText(error.message);
}

}  // namespace lemnos
