// HierarchicalCollective: the conformance suite, with PCs of one, two and three devices.
#include <thread>

#include "compute/collective/hierarchical.h"
#include "compute/collective/loopback.h"
#include "tests/support/collective_suite.h"

using namespace lemnos;

namespace {

std::vector<int> pcsOf(int size) {
    switch (size) {
        case 2:
            return {2};
        case 3:
            return {1, 2};
        case 5:
            return {2, 1, 2};
        case 8:
            return {3, 1, 2, 2};
        default:
            return {size};
    }
}

test::Ranks hierarchical(int size) {
    const std::vector<int> devices = pcsOf(size);
    auto pcs = LoopbackCollective::create(static_cast<int>(devices.size()));
    std::vector<std::vector<std::unique_ptr<HierarchicalCollective>>> ofPcs(devices.size());
    {
        std::vector<std::jthread> threads;
        for (std::size_t pc = 0; pc < devices.size(); ++pc)
            threads.emplace_back([&, pc] {
                auto ranks = HierarchicalCollective::create(std::move(pcs[pc]), devices[pc], 1);
                if (!ranks) qFatal("%s", ranks.error().message.c_str());
                ofPcs[pc] = *std::move(ranks);
            });
    }
    test::Ranks ranks;
    for (auto& ofPc : ofPcs)
        for (auto& rank : ofPc) ranks.push_back(std::move(rank));
    return ranks;
}

}  // namespace

int main(int argc, char** argv) {
    test::CollectiveSuite suite(hierarchical, true, pcsOf);
    return QTest::qExec(&suite, argc, argv);
}
