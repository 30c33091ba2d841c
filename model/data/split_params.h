// The settings of the split, as Params.
#pragma once

#include <vector>

#include "model/data/dataset_index.h"
#include "model/param.h"

namespace lemnos {

/// "validation_share", "test_share", "split_seed", "split_by", "split_pattern", "folds", "fold", "ignore_folders".
const std::vector<Param>& splitParams();

/// From a map that holds a value for each of them, and perhaps others.
SplitOptions splitOptionsFrom(const ParamMap& values);
/// The other way: sets them in `values`.
void setSplitParams(ParamMap& values, const SplitOptions& options);

}  // namespace lemnos
