#include "model/doctor/check_support.h"

#include <algorithm>
#include <utility>

#include "model/param.h"
#include "model/text.h"

namespace lemnos {

void forEachContent(const DatasetIndex& index, const std::function<void(std::span<const std::uint32_t>)>& call) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
    order.reserve(index.samples.size());
    for (std::size_t i = 0; i < index.samples.size(); ++i) {
        if (index.samples[i].hash != 0) order.emplace_back(index.samples[i].hash, static_cast<std::uint32_t>(i));
    }
    std::ranges::sort(order);
    std::vector<std::vector<std::uint32_t>> groups;
    std::vector<std::uint32_t> group;
    for (std::size_t i = 0; i < order.size(); ++i) {
        group.push_back(order[i].second);
        if (i + 1 < order.size() && order[i + 1].first == order[i].first) continue;
        if (group.size() > 1) groups.push_back(std::move(group));
        group.clear();
    }
    std::ranges::sort(groups, {}, [](const auto& members) { return members.front(); });
    for (const auto& members : groups) call(members);
}

Phrase shownPath(const DatasetIndex& index, std::uint32_t sample) {
    return Phrase::name(toUtf8(index.samples[sample].path));
}

Phrase shownPaths(const DatasetIndex& index, std::span<const std::uint32_t> samples) {
    const auto path = [&](std::size_t i) { return shownPath(index, samples[i]); };
    switch (samples.size()) {
        case 0:
            return {};
        case 1:
            return path(0);
        case 2:
            return {LEMNOS_TEXT("%1 and %2"), {path(0), path(1)}};
        case 3:
            return {LEMNOS_TEXT("%1, %2 and %3"), {path(0), path(1), path(2)}};
        default:
            return {LEMNOS_TEXT("%1, %2, %3 and %4 more"),
                    {path(0), path(1), path(2), Phrase::number(samples.size() - 3)}};
    }
}

std::set<Split> partsOf(const DatasetIndex& index, std::span<const std::uint32_t> samples) {
    std::set<Split> parts;
    for (const std::uint32_t i : samples) parts.insert(index.samples[i].split);
    return parts;
}

Fix excludeIt(const Finding& finding) {
    return {.label = {LEMNOS_TEXT("Exclude it")}, .samples = finding.samples, .problems = finding.problems};
}

Fix moveTogether(const Finding& finding, const std::set<Split>& parts) {
    const Split first = *parts.begin();
    return {.label = {first == Split::train        ? LEMNOS_TEXT("Move all to train")
                      : first == Split::validation ? LEMNOS_TEXT("Move all to validation")
                                                   : LEMNOS_TEXT("Move all to test")},
            .kind = Edit::Kind::assign,
            .samples = finding.samples,
            .split = first};
}

Fix acceptanceOf(const Finding& finding) {
    return {.label = {LEMNOS_TEXT("Mark as fine")},
            .kind = Edit::Kind::accept,
            .samples = finding.samples,
            .problems = finding.problems,
            .from = std::string(finding.check),
            .to = finding.className};
}

}  // namespace lemnos
