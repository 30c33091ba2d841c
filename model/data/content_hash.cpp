// contentHash() by xxHash.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "model/data/hash.h"

namespace lemnos {

std::uint64_t contentHash(std::string_view bytes) {
    const std::uint64_t hash = XXH3_64bits(bytes.data(), bytes.size());
    return hash == 0 ? 1 : hash;
}

}  // namespace lemnos
