// OwnCopies: a PC that has the pictures of a run itself prepares them, and fetches only what it does not have.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/data/preprocess.h"
#include "model/lan/blob_store.h"

namespace lemnos {

/// Pictures are found by their content, in what scans of this PC's owner have seen. Whether they are the right ones is
/// decided by the hash of the blob, so that neither a file that has changed nor another decoder does harm; and the PC
/// that leads learns no more than which blobs it is not asked for.
class OwnCopies {
  public:
    /// `index` has the contents of the samples. The others outlive this.
    OwnCopies(const std::filesystem::path& cacheFolder, const DatasetIndex& index, const BlobList& list,
              const Preprocess& preprocess);

    /// Those of whose pictures each has been seen on this PC.
    const std::vector<std::size_t>& blobs() const { return m_blobs; }
    /// Reads and prepares the pictures of such a blob; empty where one is gone or has changed.
    std::vector<std::byte> make(std::size_t blob) const;

  private:
    const DatasetIndex& m_index;
    const BlobList& m_list;
    const Preprocess& m_preprocess;
    std::unordered_map<std::uint64_t, std::string> m_files;  ///< by content
    std::vector<std::size_t> m_blobs;
};

/// Makes what is reserved in the store, in `threads` threads, until there is no more; after a few that came out
/// otherwise than at the PC that leads, the rest is left to be fetched.
void makeBlobs(const OwnCopies& copies, BlobStore& store, int threads, const std::stop_token& stop);

}  // namespace lemnos
