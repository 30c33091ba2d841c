// Finding pictures by their names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string_view>
#include <vector>

#include "model/data/dataset_index.h"

namespace lemnos {

/// The samples whose path contains `text`, among the `count` from `first` on, in their order. Letters of the ASCII
/// alphabet are equal in both cases; all others have to be the same bytes. What was found so far after a stop request.
std::vector<std::uint32_t> findPictures(const DatasetIndex& index, std::string_view text, std::size_t first,
                                        std::size_t count, std::stop_token stop = {});

}  // namespace lemnos
