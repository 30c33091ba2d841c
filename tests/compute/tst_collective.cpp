// LoopbackCollective: the conformance suite.
#include "compute/collective/loopback.h"
#include "tests/support/collective_suite.h"

using namespace lemnos;

namespace {

test::Ranks loopback(int size) {
    test::Ranks ranks;
    for (auto& rank : LoopbackCollective::create(size)) ranks.push_back(std::move(rank));
    return ranks;
}

}  // namespace

int main(int argc, char** argv) {
    test::CollectiveSuite suite(loopback);
    return QTest::qExec(&suite, argc, argv);
}
