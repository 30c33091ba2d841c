// How pictures go from one PC to another: whoever needs them asks for blobs by their hash.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "model/lan/blob_store.h"
#include "model/lan/talk.h"

namespace lemnos {

/// The bytes of a blob, if they are here.
using FindBlob = std::function<std::optional<std::vector<std::byte>>(const Digest&)>;

/// Answers until the other side goes.
Status serveBlobs(Talk& talk, const FindBlob& find);

/// Whom blobs are asked for.
struct BlobSource {
    std::size_t home = 0, homes = 1;  ///< see BlobStore::take()
    bool onlyHome = false;            ///< it has no others, or should be spared
};

/// Asks for blobs that are missing until there is nothing to ask for any more; an Error when the other side goes.
Status fetchBlobs(Talk& talk, BlobStore& store, const BlobSource& source, std::stop_token stop);

}  // namespace lemnos
