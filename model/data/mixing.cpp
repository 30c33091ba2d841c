#include "model/data/mixing.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "compute/random.h"
#include "model/data/hash.h"

namespace lemnos {
namespace {

/// The numbers of one batch, one after another.
class MixingRandom {
  public:
    MixingRandom(std::uint64_t seed, std::uint32_t epoch, std::uint32_t number, std::uint32_t stream)
        : m_seed(seed), m_counter{stream << 24, number, epoch, static_cast<std::uint32_t>(RandomUse::mixing)} {}

    /// In (0, 1).
    double uniform() {
        if (m_used == 4) {
            m_words = philox(m_seed, m_counter);
            ++m_counter[0];
            m_used = 0;
        }
        return (m_words[m_used++] + 0.5) * 0x1p-32;
    }

    /// From 0 to n - 1.
    std::int64_t below(std::int64_t n) {
        return std::min(n - 1, static_cast<std::int64_t>(uniform() * static_cast<double>(n)));
    }

    /// The method of Box and Muller 1958.
    double normal() {
        const double radius = std::sqrt(-2 * std::log(uniform()));
        return radius * std::cos(2 * std::numbers::pi * uniform());
    }

    /// Gamma(shape, 1) by the method of Marsaglia and Tsang 2000; shapes below 1 as in their section 6.
    double gamma(double shape) {
        if (shape < 1) {
            const double scale = std::pow(uniform(), 1 / shape);
            return gamma(shape + 1) * scale;
        }
        const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
        while (true) {
            const double x = normal(), v = std::pow(1 + c * x, 3);
            if (v > 0 && std::log(uniform()) < x * x / 2 + d - d * v + d * std::log(v)) return d * v;
        }
    }

  private:
    std::uint64_t m_seed;
    std::array<std::uint32_t, 4> m_counter, m_words{};
    std::size_t m_used = 4;
};

/// What the random numbers of a batch are for.
enum Stream : std::uint32_t { shareStream, choiceStream };

/// x = share x + (1 - share) y; the share counts 256ths.
void blend(std::uint8_t* x, const std::uint8_t* y, std::size_t bytes, std::uint32_t share) {
    for (std::size_t i = 0; i < bytes; ++i)
        x[i] = static_cast<std::uint8_t>((x[i] * share + y[i] * (256 - share) + 128) / 256);
}

/// A box of `part` of the area around a point anywhere; what is outside of the picture is cut off.
PictureBox boxOf(double part, const Shape& picture, MixingRandom& random) {
    const std::int64_t height = picture[0], width = picture[1];
    const auto boxWidth = static_cast<std::int64_t>(static_cast<double>(width) * std::sqrt(part));
    const auto boxHeight = static_cast<std::int64_t>(static_cast<double>(height) * std::sqrt(part));
    const std::int64_t left = random.below(width) - boxWidth / 2, top = random.below(height) - boxHeight / 2;
    return {std::clamp<std::int64_t>(left, 0, width), std::clamp<std::int64_t>(top, 0, height),
            std::clamp<std::int64_t>(left + boxWidth, 0, width), std::clamp<std::int64_t>(top + boxHeight, 0, height)};
}

void paste(std::uint8_t* x, const std::uint8_t* y, const PictureBox& box, const Shape& picture) {
    const std::int64_t channels = picture[2], line = picture[1] * channels;
    for (std::int64_t row = box.top; row < box.bottom; ++row)
        std::copy(y + row * line + box.left * channels, y + row * line + box.right * channels,
                  x + row * line + box.left * channels);
}

}  // namespace

double betaShare(double alpha, std::uint64_t seed, std::uint32_t epoch, std::uint32_t number) {
    MixingRandom random(seed, epoch, number, shareStream);
    const double a = random.gamma(alpha), b = random.gamma(alpha);
    return a + b > 0 ? a / (a + b) : 1;  // both vanish only for tiny alpha, where shares are 0 or 1
}

BatchMix::BatchMix(const Mixing& mixing, const Shape& picture, std::int64_t rows, std::uint64_t seed,
                   std::uint32_t epoch, std::uint32_t number)
    : m_picture(picture), m_rows(mixing && rows > 1 ? rows : 0) {
    if (!*this) return;
    MixingRandom random(seed, epoch, number, choiceStream);
    m_blends = mixing.cutmix <= 0 || (mixing.mixup > 0 && random.uniform() < 0.5);
    m_share = betaShare(m_blends ? mixing.mixup : mixing.cutmix, seed, epoch, number);
    m_offset = 1 + random.below(rows - 1);
    if (m_blends) {
        m_fraction = static_cast<std::uint32_t>(std::lround(m_share * 256));
        m_share = m_fraction / 256.0;
    } else {
        m_box = boxOf(1 - m_share, picture, random);
        m_share = 1 - static_cast<double>(m_box.pixels()) / static_cast<double>(picture[0] * picture[1]);
    }
}

void BatchMix::apply(Batch& batch, const RowRange& range, std::span<const std::int64_t> loaded) const {
    if (!*this) return;
    const std::vector<std::uint8_t> before = batch.pixels;
    const std::vector<std::uint32_t> labels = batch.labels;
    const auto bytes = static_cast<std::size_t>(m_picture.size());
    std::vector<std::size_t> places(labels.size());
    for (std::size_t place = 0; place < loaded.size(); ++place) places[static_cast<std::size_t>(loaded[place])] = place;
    batch.otherLabels = labels;
    batch.labelShare.assign(labels.size(), 1.0f);
    for (std::int64_t i = range.first; i < std::min(range.end, m_rows); ++i) {
        const auto row = static_cast<std::size_t>(i), other = static_cast<std::size_t>(partner(i));
        if (labels[row] == ignoredLabel || labels[other] == ignoredLabel) continue;
        std::uint8_t* pixels = batch.pixels.data() + places[row] * bytes;
        const std::uint8_t* others = before.data() + places[other] * bytes;
        if (m_blends) {
            blend(pixels, others, bytes, m_fraction);
        } else {
            paste(pixels, others, m_box, m_picture);
        }
        batch.otherLabels[row] = labels[other];
        batch.labelShare[row] = static_cast<float>(m_share);
        if (m_share < 0.5) {
            std::swap(batch.labels[row], batch.otherLabels[row]);
            batch.labelShare[row] = static_cast<float>(1 - m_share);
        }
    }
}

void mix(Batch& batch, const Shape& picture, const Mixing& mixing, std::uint64_t seed, std::uint32_t epoch,
         std::uint32_t number) {
    std::vector<std::int64_t> rows(static_cast<std::size_t>(batch.rows));
    std::iota(rows.begin(), rows.end(), 0);
    BatchMix(mixing, picture, batch.listed, seed, epoch, number).apply(batch, {0, batch.listed}, rows);
}

}  // namespace lemnos
