#include "model/graph/batch_rows.h"

#include <algorithm>

namespace lemnos {

Batch rowsOf(const Batch& batch, std::int64_t first, std::int64_t rows) {
    const std::int64_t end = std::min(first + rows, batch.source ? batch.listed : batch.rows);
    const RowRange wanted{std::min(first, end), end};
    if (batch.source && !batch.held.contains(wanted)) return rowsOf(batch.source->load(batch, wanted), first, rows);
    const RowRange held = batch.source ? batch.held : RowRange{0, batch.rows};
    Batch part;
    part.rows = rows;
    part.number = batch.number;
    part.listed = std::max<std::int64_t>(0, std::min(first + rows, batch.listed) - first);
    const auto cut = [&](const auto& from, auto& to, std::int64_t start, std::int64_t each, auto rest) {
        if (from.empty()) return;
        if (wanted.count() > 0)
            to.assign(from.begin() + (wanted.first - start) * each, from.begin() + (wanted.end - start) * each);
        to.resize(static_cast<std::size_t>(rows * each), rest);
    };
    const std::int64_t sample = held.count() > 0 ? static_cast<std::int64_t>(batch.pixels.size()) / held.count() : 0;
    cut(batch.pixels, part.pixels, held.first, sample, std::uint8_t{0});
    cut(batch.labels, part.labels, 0, 1, ignoredLabel);
    cut(batch.sampleIndices, part.sampleIndices, 0, 1, 0u);
    cut(batch.otherLabels, part.otherLabels, 0, 1, ignoredLabel);
    cut(batch.labelShare, part.labelShare, 0, 1, 1.0f);
    part.count = static_cast<std::uint32_t>(std::ssize(part.labels) - std::ranges::count(part.labels, ignoredLabel));
    return part;
}

}  // namespace lemnos
