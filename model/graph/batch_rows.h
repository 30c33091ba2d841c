// Parts of a batch, loaded where they are not held.
#pragma once

#include "model/data/batch.h"

namespace lemnos {

/// `rows` rows of a batch from `first` on, as a batch that holds them; behind the end they are ignored.
Batch rowsOf(const Batch& batch, std::int64_t first, std::int64_t rows);

}  // namespace lemnos
