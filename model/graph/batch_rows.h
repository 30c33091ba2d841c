// Parts of a batch, loaded where they are not held.
#pragma once

#include "model/data/batch.h"

namespace lemnos {

/// How many samples those rows of a batch have; behind its end there are none. It is the same for everybody who has a
/// part of the batch, so pictures that turn out to be unreadable may be among them.
std::int64_t samplesIn(const Batch& batch, const RowRange& rows);

/// `rows` rows of a batch from `first` on, as a batch that holds them; behind the end they are ignored.
Batch rowsOf(const Batch& batch, std::int64_t first, std::int64_t rows);

}  // namespace lemnos
