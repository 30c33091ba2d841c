#include "model/lan/identity.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "model/files.h"
#include "model/json_fields.h"
#include "model/lan/wire.h"
#include "model/param.h"
#include "model/phrased_error.h"
#include "model/text.h"

namespace lemnos {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

template <class T>
using Handle = std::unique_ptr<T, void (*)(T*)>;

Handle<BIO> memory() {
    return {BIO_new(BIO_s_mem()), [](BIO* bio) { BIO_free(bio); }};
}

/// A certificate without a name in it: who it belongs to is known by its hash alone. It never expires, for PCs whose
/// clocks are wrong must be able to work together.
Handle<X509> selfSigned(EVP_PKEY* key) {
    Handle<X509> certificate(X509_new(), X509_free);
    if (!certificate) return certificate;
    X509* const x = certificate.get();
    unsigned char random[16];
    const Result<Digest> serial = randomDigest();
    if (!serial) return {nullptr, X509_free};
    std::copy_n(reinterpret_cast<const unsigned char*>(serial->data()), sizeof random, random);
    random[0] &= 0x7f;  // serial numbers are positive
    const Handle<BIGNUM> number(BN_bin2bn(random, sizeof random, nullptr), BN_free);
    X509_NAME* const name = X509_get_subject_name(x);
    const auto* common = reinterpret_cast<const unsigned char*>("lemnos");
    const bool ok = number && X509_set_version(x, X509_VERSION_3) == 1 &&
                    BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x)) &&
                    ASN1_TIME_set_string(X509_getm_notBefore(x), "20200101000000Z") == 1 &&
                    ASN1_TIME_set_string(X509_getm_notAfter(x), "99991231235959Z") == 1 &&
                    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0) == 1 &&
                    X509_set_issuer_name(x, name) == 1 && X509_set_pubkey(x, key) == 1 &&
                    X509_sign(x, key, EVP_sha256()) > 0;
    if (!ok) return {nullptr, X509_free};
    return certificate;
}

Error noIdentity() {
    return Error{LEMNOS_TEXT("It does not hold the key and certificate of a PC.")};
}

}  // namespace

Result<Identity> Identity::create() {
    const Handle<EVP_PKEY> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    if (!key) return cryptoError("make a key");
    const Handle<X509> certificate = selfSigned(key.get());
    if (!certificate) return cryptoError("sign a certificate");
    const auto bio = memory();
    if (!bio || PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
        PEM_write_bio_X509(bio.get(), certificate.get()) != 1)
        return cryptoError("write a certificate");
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return fromPem(std::string(text, static_cast<std::size_t>(size)));
}

Result<Identity> Identity::fromPem(std::string pem) {
    const Handle<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), [](BIO* b) { BIO_free(b); });
    // A password callback that gives none: nothing asks at a terminal.
    const auto noPassword = [](char*, int, int, void*) { return 0; };
    const Handle<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassword, nullptr), EVP_PKEY_free);
    const Handle<X509> certificate(key ? PEM_read_bio_X509(bio.get(), nullptr, noPassword, nullptr) : nullptr,
                                   X509_free);
    if (!certificate || X509_check_private_key(certificate.get(), key.get()) != 1) {
        (void)cryptoError("read");  // clears the reasons
        return noIdentity();
    }
    Identity identity;
    unsigned int size = 0;
    if (X509_digest(certificate.get(), EVP_sha256(), reinterpret_cast<unsigned char*>(identity.id.data()), &size) != 1)
        return cryptoError("read a certificate");
    identity.pem = std::move(pem);
    return identity;
}

Result<Identity> Identity::ofThisPc(const fs::path& folder) {
    const fs::path file = folder / "identity.pem";
    std::error_code code;
    if (fs::exists(file, code)) {
        TRY(std::string pem, readFile(file));
        Result<Identity> identity = fromPem(std::move(pem));
        // Never replaced by itself: the PCs that trust this one would no longer know it.
        if (!identity)
            return Error{displayPath(file) + ": " + identity.error().message +
                             " Remove it to make a new one, and pair with the other PCs again.",
                         displayPath(file)};
        return identity;
    }
    fs::create_directories(folder, code);
    TRY(const Identity identity, create());
    TRY_OK(writeAtomically(file, identity.pem, Readers::ownerOnly));
    return identity;
}

Result<TrustedPeers> TrustedPeers::load(const fs::path& folder) {
    const fs::path file = folder / "peers.json";
    std::error_code code;
    if (!fs::exists(file, code)) {
        TrustedPeers none;
        none.m_folder = folder;
        return none;
    }
    TRY(const std::string text, readFile(file));
    Result<TrustedPeers> peers = fromText(text);
    if (!peers) return Error{displayPath(file) + ": " + peers.error().message, displayPath(file)};
    peers->m_folder = folder;
    return peers;
}

Result<TrustedPeers> TrustedPeers::fromText(std::string_view text) {
    const json object = json::parse(text, nullptr, false);
    JsonFields fields(object, "The list of trusted PCs");
    const std::string format = fields.text("format");
    if (fields.status() && format != "lemnos-peers") fields.fail("format", "is not lemnos-peers");
    fields.integer("version", 1, 1);
    const json& list = fields.value("peers");
    TRY_OK(fields.status());
    if (!list.is_array()) return Error{LEMNOS_TEXT("The list of trusted PCs is none."), "peers"};
    TrustedPeers peers;
    for (const json& item : list) {
        JsonFields entry(item, "A trusted PC");
        TrustedPeer peer;
        const auto id = digestFromHex(entry.text("id"));
        peer.name = entry.text("name");
        peer.address = entry.text("address");
        TRY_OK(entry.status());
        if (!id) return Error{"The id of the trusted PC '" + peer.name + "' is not 64 hexadecimal digits.", "id"};
        peer.id = *id;
        if (peers.find(peer.id)) return Error{"The PC '" + peer.name + "' is listed twice.", "id"};
        peers.m_peers.push_back(std::move(peer));
    }
    return peers;
}

std::string TrustedPeers::toText() const {
    json list = json::array();
    for (const TrustedPeer& peer : m_peers)
        list.push_back({{"id", hexOf(peer.id)}, {"name", toUtf8(peer.name)}, {"address", toUtf8(peer.address)}});
    return json{{"format", "lemnos-peers"}, {"version", 1}, {"peers", list}}.dump(2) + "\n";
}

const TrustedPeer* TrustedPeers::find(const DeviceId& id) const {
    const auto found = std::ranges::find(m_peers, id, &TrustedPeer::id);
    return found == m_peers.end() ? nullptr : &*found;
}

Result<TrustedPeer> TrustedPeers::find(std::string_view nameOrId) const {
    std::vector<TrustedPeer> fitting;
    for (const TrustedPeer& peer : m_peers) {
        if (peer.name == nameOrId) return peer;
        if (nameOrId.size() >= 4 && hexOf(peer.id).starts_with(nameOrId)) fitting.push_back(peer);
    }
    if (fitting.size() == 1) return fitting.front();
    std::string known;
    for (const TrustedPeer& peer : m_peers) known += (known.empty() ? "" : ", ") + peer.name;
    const std::string name(nameOrId);
    if (known.empty())
        return phrasedError({LEMNOS_TEXT("No trusted PC is called '%1'; there is none yet."), {Phrase::name(name)}},
                            name);
    return phrasedError({fitting.empty() ? LEMNOS_TEXT("No trusted PC is called '%1'; there is %2.")
                                         : LEMNOS_TEXT("More than one trusted PC begins with '%1'; there is %2."),
                         {Phrase::name(name), Phrase::name(known)}},
                        name);
}

Status TrustedPeers::trust(TrustedPeer peer) {
    std::erase_if(m_peers, [&](const TrustedPeer& other) { return other.id == peer.id; });
    if (peer.name.empty()) peer.name = "PC";
    const std::string wanted = peer.name;
    for (int number = 2; std::ranges::count(m_peers, peer.name, &TrustedPeer::name) > 0; ++number)
        peer.name = wanted + " (" + std::to_string(number) + ")";
    m_peers.push_back(std::move(peer));
    return save();
}

Status TrustedPeers::forget(const DeviceId& id) {
    std::erase_if(m_peers, [&](const TrustedPeer& peer) { return peer.id == id; });
    return save();
}

Status TrustedPeers::save() const {
    std::error_code code;
    fs::create_directories(m_folder, code);
    return writeAtomically(m_folder / "peers.json", toText(), Readers::ownerOnly);
}

}  // namespace lemnos
