// SpecFile: an order for lemnos-cli, in a temporary file that goes when this does.
#pragma once

#include <QTemporaryFile>
#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "compute/result.h"

namespace lemnos {

/// The file for `--spec` or `--order`; an Error where it can't be written.
Result<std::unique_ptr<QTemporaryFile>> writeSpecFile(const nlohmann::json& spec);

}  // namespace lemnos
