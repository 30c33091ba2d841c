// Pictures that look the same without being the same file.
#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <unordered_map>

#include "model/data/parallel.h"
#include "model/data/perceptual_hash.h"
#include "model/doctor/check_support.h"
#include "model/doctor/doctor.h"
#include "model/param.h"

namespace lemnos::checks {

namespace {

constexpr std::string_view label = LEMNOS_TEXT("Near copies");
constexpr int mostBits = 3;                  // hashes that differ in more are of different pictures
constexpr double mostDifference = 4;         // mean of the grey values at 32 x 32; recompressing a photo gives 1 to 2
constexpr std::size_t largestBucket = 1000;  // hashes that so many pictures share say little, as those of blank ones

struct Hashed {
    std::uint64_t hash = 0;
    std::uint32_t sample = 0;
    auto operator<=>(const Hashed&) const = default;
};

/// One picture of each content.
std::vector<std::uint32_t> differentContents(const DatasetIndex& index) {
    std::vector<Hashed> contents;
    contents.reserve(index.samples.size());
    for (std::uint32_t i = 0; i < index.samples.size(); ++i) contents.push_back({index.samples[i].hash, i});
    std::ranges::sort(contents);
    const auto same = [](const Hashed& a, const Hashed& b) { return a.hash == b.hash; };
    contents.erase(std::unique(contents.begin(), contents.end(), same), contents.end());
    std::vector<std::uint32_t> samples;
    for (const Hashed& content : contents) samples.push_back(content.sample);
    return samples;
}

/// Perceptual hashes of these pictures, sorted; a file that is gone has none.
Result<std::vector<Hashed>> hashed(const DatasetIndex& index, const std::vector<std::uint32_t>& samples,
                                   const DoctorOptions& options) {
    std::vector<std::optional<std::uint64_t>> hashes(samples.size());
    const auto work = [&](std::size_t i) {
        const auto image = readImageOrReason(index.absolutePath(index.samples[samples[i]]));
        if (image) hashes[i] = perceptualHash(*image);
    };
    ParallelOptions parallel{options.threads, options.stop, {}};
    if (options.progress)
        parallel.progress = [&](std::size_t done, std::size_t total) { options.progress(label, done, total); };
    TRY_OK(parallelFor(samples.size(), work, parallel));
    std::vector<Hashed> result;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (hashes[i]) result.push_back({*hashes[i], samples[i]});
    }
    std::ranges::sort(result);
    return result;
}

/// Puts pictures that look alike into groups.
class Grouping {
  public:
    explicit Grouping(const DatasetIndex& index) : m_index(index) {}

    /// Compares the pictures themselves, whose hashes are alike.
    void compare(std::uint32_t a, std::uint32_t b) {
        if (root(a) == root(b)) return;
        const TinyPicture* left = tiny(a);
        const TinyPicture* right = tiny(b);
        if (left && right && difference(*left, *right) <= mostDifference) m_parent[root(b)] = root(a);
    }

    std::vector<std::vector<std::uint32_t>> groups() {
        std::map<std::uint32_t, std::vector<std::uint32_t>> byRoot;
        std::set<std::uint32_t> members;
        for (const auto& [child, parent] : m_parent) members.insert({child, parent});
        for (const std::uint32_t member : members) byRoot[root(member)].push_back(member);
        std::vector<std::vector<std::uint32_t>> result;
        for (auto& [top, group] : byRoot) result.push_back(std::move(group));
        std::ranges::sort(result);
        return result;
    }

  private:
    std::uint32_t root(std::uint32_t i) {
        for (auto found = m_parent.find(i); found != m_parent.end(); found = m_parent.find(i)) i = found->second;
        return i;
    }

    /// Null when the file is gone. Read when it is first needed: few pictures have a hash like another's.
    const TinyPicture* tiny(std::uint32_t sample) {
        const auto found = m_tiny.find(sample);
        if (found != m_tiny.end()) return found->second ? &*found->second : nullptr;
        const auto image = readImageOrReason(m_index.absolutePath(m_index.samples[sample]));
        std::optional<TinyPicture>& made = m_tiny[sample];
        if (image) made = tinyPicture(*image);
        return made ? &*made : nullptr;
    }

    const DatasetIndex& m_index;
    std::unordered_map<std::uint32_t, std::uint32_t> m_parent;
    std::unordered_map<std::uint32_t, std::optional<TinyPicture>> m_tiny;
};

/// Compares all pictures whose hashes differ in at most three bits: of four equal pieces of two such hashes, one is the
/// same, so that only pictures which share a piece have to be looked at.
void compareAlike(const std::vector<Hashed>& pictures, Grouping& grouping, const std::stop_token& stop) {
    constexpr int pieces = mostBits + 1, pieceBits = 64 / pieces;
    for (int piece = 0; piece < pieces; ++piece) {
        std::vector<Hashed> turned = pictures;
        for (Hashed& picture : turned) picture.hash = std::rotl(picture.hash, piece * pieceBits);
        std::ranges::sort(turned);
        for (std::size_t first = 0; first < turned.size() && !stop.stop_requested(); ++first) {
            const std::uint64_t shared = turned[first].hash >> (64 - pieceBits);
            const std::size_t most = std::min(turned.size(), first + largestBucket);
            for (std::size_t i = first + 1; i < most && turned[i].hash >> (64 - pieceBits) == shared; ++i) {
                if (std::popcount(turned[first].hash ^ turned[i].hash) <= mostBits)
                    grouping.compare(turned[first].sample, turned[i].sample);
            }
        }
    }
}

Finding findingOf(const DatasetIndex& index, std::vector<std::uint32_t> members) {
    // The largest comes first, for it is the one to keep.
    std::ranges::stable_sort(members, std::greater(), [&](std::uint32_t i) {
        return std::int64_t{index.samples[i].width} * index.samples[i].height;
    });
    const bool leaks = partsOf(index, members).size() > 1;
    return {.severity = leaks ? Finding::Severity::warning : Finding::Severity::note, .samples = std::move(members)};
}

Phrase text(const DatasetIndex& index, const Finding& finding) {
    const bool leaks = finding.severity == Finding::Severity::warning;
    return {leaks ? LEMNOS_TEXT("%1 look the same and are in different parts.") : LEMNOS_TEXT("%1 look the same."),
            {shownPaths(index, finding.samples)}};
}

std::vector<Fix> fixes(const DatasetIndex& index, const Finding& finding) {
    std::vector<std::uint32_t> others(finding.samples.begin() + 1, finding.samples.end());
    const Phrase exclude = others.size() == 1
                               ? Phrase{LEMNOS_TEXT("Exclude 1 near copy")}
                               : Phrase{LEMNOS_TEXT("Exclude %1 near copies"), {Phrase::number(others.size())}};
    std::vector<Fix> fixes = {{.label = exclude, .samples = std::move(others)}};
    const std::set<Split> parts = partsOf(index, finding.samples);
    if (parts.size() > 1) fixes.insert(fixes.begin(), moveTogether(finding, parts));
    return fixes;
}

Status find(const DatasetIndex& index, const DoctorOptions& options, std::vector<Finding>& findings) {
    TRY(const std::vector<Hashed> pictures, hashed(index, differentContents(index), options));
    Grouping grouping(index);
    compareAlike(pictures, grouping, options.stop);
    if (options.stop.stop_requested()) return Error{"Cancelled.", {}};
    for (std::vector<std::uint32_t>& group : grouping.groups()) findings.push_back(findingOf(index, std::move(group)));
    return {};
}

}  // namespace

extern const CheckType near_duplicates{
    .name = "near_duplicates",
    .label = label,
    .help =
        LEMNOS_TEXT("Pictures that were saved again, resized or hardly changed: copies that differ in their bytes."),
    .quick = false,
    .order = 70,
    .find = find,
    .text = text,
    .fixes = fixes};

}  // namespace lemnos::checks
