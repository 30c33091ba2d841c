// SpecFile: an order for lemnos-cli, in a temporary file that goes when this does.
#pragma once

#include <QTemporaryFile>
#include <memory>

#include "compute/result.h"
#include "model/train/run_spec.h"

namespace lemnos {

/// The file for `--spec`; an Error where it can't be written.
Result<std::unique_ptr<QTemporaryFile>> writeSpecFile(const RunSpec& spec);

}  // namespace lemnos
