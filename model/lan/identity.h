// Identity: who this PC is to other PCs, and which PCs the user trusts.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "compute/result.h"
#include "model/lan/crypto.h"

namespace lemnos {

/// SHA-256 of a certificate (DER). A PC is its certificate; names are for people only.
using DeviceId = Digest;

/// A P-256 key and a certificate that it has signed itself.
struct Identity {
    DeviceId id{};
    std::string pem;  ///< private key, then certificate

    static Result<Identity> create();
    static Result<Identity> fromPem(std::string pem);
    /// That of `folder`/identity.pem, which only its owner can read; made if there is none.
    static Result<Identity> ofThisPc(const std::filesystem::path& folder);
};

/// A PC that the user has paired with.
struct TrustedPeer {
    DeviceId id{};
    std::string name;     ///< what it called itself, or what the user calls it
    std::string address;  ///< "192.168.0.7:7411", where it was last; a hint

    bool operator==(const TrustedPeer&) const = default;
};

/// The PCs that the user trusts: `folder`/peers.json.
class TrustedPeers {
  public:
    static Result<TrustedPeers> load(const std::filesystem::path& folder);
    static Result<TrustedPeers> fromText(std::string_view text);
    std::string toText() const;

    const std::vector<TrustedPeer>& all() const { return m_peers; }
    const TrustedPeer* find(const DeviceId& id) const;
    /// By name or by the beginning of the id in hexadecimal digits; an Error when none or several fit.
    Result<TrustedPeer> find(std::string_view nameOrId) const;

    /// Adds it or replaces what was known of it, and writes the file. A name that another one has gets a number.
    Status trust(TrustedPeer peer);
    Status forget(const DeviceId& id);

  private:
    Status save() const;

    std::filesystem::path m_folder;
    std::vector<TrustedPeer> m_peers;
};

}  // namespace lemnos
