// Mixing: pictures of a batch blended or cut into each other, with their labels.
#pragma once

#include <cstdint>
#include <span>

#include "compute/shape.h"
#include "model/data/batch.h"

namespace lemnos {

/// How much is mixed: the parameter of the Beta distribution that shares are drawn from, 0 for not at all. With both,
/// each batch has one of the two, by chance.
struct Mixing {
    double mixup = 0;   ///< Zhang et al. 2018, section 2
    double cutmix = 0;  ///< Yun et al. 2019, section 3.1

    explicit operator bool() const { return mixup > 0 || cutmix > 0; }
};

/// Part of a picture, in pixels.
struct PictureBox {
    std::int64_t left = 0, top = 0, right = 0, bottom = 0;

    std::int64_t pixels() const { return (right - left) * (bottom - top); }
};

/// How the rows of one batch are mixed: each with another one, in the same share, as the papers' authors do. Seed,
/// epoch and the batch's number in its epoch decide everything, so that parts of a batch can be mixed in different
/// places.
class BatchMix {
  public:
    /// `rows` rows of the batch have a sample; fewer than two are not mixed.
    BatchMix(const Mixing& mixing, const Shape& picture, std::int64_t rows, std::uint64_t seed, std::uint32_t epoch,
             std::uint32_t number);

    explicit operator bool() const { return m_rows > 1; }
    /// The row that is mixed into this one.
    std::int64_t partner(std::int64_t row) const { return (row + m_offset) % m_rows; }
    /// Mixes the rows of `range`. batch.pixels holds `loaded` rows, which begin with those of the range and have all
    /// their partners. Fills otherLabels and labelShare; `labels` are those with the larger share. A row stays as it is
    /// where it or its partner can't be read.
    void apply(Batch& batch, const RowRange& range, std::span<const std::int64_t> loaded) const;

  private:
    Shape m_picture;
    std::int64_t m_rows = 0;  ///< 0: nothing is mixed
    std::int64_t m_offset = 0;
    bool m_blends = false;
    std::uint32_t m_fraction = 0;  ///< of 256, what is kept in a blend
    PictureBox m_box{};            ///< what is pasted otherwise
    double m_share = 1;
};

/// Mixes a batch that holds all its rows.
void mix(Batch& batch, const Shape& picture, const Mixing& mixing, std::uint64_t seed, std::uint32_t epoch,
         std::uint32_t number);

/// A number from Beta(alpha, alpha), which depends on the arguments alone; alpha > 0.
double betaShare(double alpha, std::uint64_t seed, std::uint32_t epoch, std::uint32_t number);

}  // namespace lemnos
