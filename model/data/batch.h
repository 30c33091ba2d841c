// Batch: the samples of one step, as bytes for the device.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace lemnos {

/// Label of a row that takes no part: the rows behind the last sample of an epoch, and pictures that can't be read.
constexpr std::uint32_t ignoredLabel = 0xffffffffu;

/// Rows from `first` on, before `end`, which is not before it.
struct RowRange {
    std::int64_t first = 0, end = 0;

    std::int64_t count() const { return end - first; }
    bool contains(const RowRange& other) const {
        return other.count() == 0 || (first <= other.first && other.end <= end);
    }
    bool operator==(const RowRange&) const = default;
};

struct Batch;

/// Where the rows come from that a batch does not hold; from any thread.
class RowSource {
  public:
    virtual ~RowSource() = default;
    /// The same batch, but with these rows held and no others; without a source where these are all.
    virtual Batch load(const Batch& batch, const RowRange& wanted) const = 0;
};

/// `rows` rows; every vector holds all of them, whether used or ignored. Who shares a batch out may hold the pixels of
/// its own rows alone: see rowsOf().
struct Batch {
    std::int64_t rows = 0;                     ///< the batch size the network was planned for
    std::int64_t listed = 0;                   ///< rows that have a sample, readable or not; all in front
    std::uint32_t count = 0;                   ///< rows whose label is not ignoredLabel
    std::vector<std::uint8_t> pixels;          ///< rows x sample bytes; with a source, held.count() x sample bytes
    std::vector<std::uint32_t> labels;         ///< rows
    std::vector<std::uint32_t> sampleIndices;  ///< rows; index into the data set, keys random numbers
    // Of mixed pictures, else empty:
    std::vector<std::uint32_t> otherLabels;  ///< rows; label of what was mixed in
    std::vector<float> labelShare;           ///< rows; how much of the row is `labels`, 0 to 1

    std::int64_t number = 0;  ///< of the batch within its pass, from 0

    // Of a batch that does not hold all its rows:
    std::shared_ptr<const RowSource> source{};  ///< of the others; null where all rows are held
    RowRange held{};  ///< rows whose pixels are there. Only of these it is known whether they can be read.
};

}  // namespace lemnos
