#include "model/doctor/copies_support.h"

#include <algorithm>
#include <utility>

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

std::string shownPath(const DatasetIndex& index, std::uint32_t sample) {
    return toUtf8(index.samples[sample].path);
}

std::string shownPaths(const DatasetIndex& index, std::span<const std::uint32_t> samples) {
    constexpr std::size_t shown = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(shown, samples.size()); ++i)
        text += (i == 0 ? "" : i + 1 == samples.size() ? " and " : ", ") + shownPath(index, samples[i]);
    return samples.size() > shown ? text + " and " + std::to_string(samples.size() - shown) + " more" : text;
}

std::string counted(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace lemnos
