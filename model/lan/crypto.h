// The little of libcrypto that more than one file needs.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>

#include "compute/result.h"

namespace lemnos {

using Digest = std::array<std::byte, 32>;

/// SHA-256 of the parts, one behind the other.
Digest sha256(std::initializer_list<std::span<const std::byte>> parts);
/// From the system's generator for secrets.
Result<Digest> randomDigest();
/// Takes the same time wherever they differ.
bool equalSecrets(std::span<const std::byte> a, std::span<const std::byte> b);
/// What `what` could not do, with the reason that OpenSSL gives.
Error cryptoError(const char* what);

}  // namespace lemnos
