#include "compute/ops/group_broadcast.h"

#include "compute/reference/examples.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const GroupBroadcast& op) {
    recorder.run([op] {
        const MatrixView x(op.x), y(op.y);
        const std::int64_t group = y.rows / x.rows;
        y.fill([&](std::int64_t i, std::int64_t j) {
            return double(op.scale) * x(i / group, j) + (op.accumulate ? y(i, j) : 0.0);
        });
    });
    return {};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    constexpr std::int64_t problems[][3] = {{1, 1, 1}, {5, 1, 3}, {3, 25, 5}, {1, 1089, 7}, {2, 256, 64}, {300, 4, 17}};
    for (const auto& [groups, group, columns] : problems)
        for (const bool accumulate : {false, true})
            list.push_back({std::to_string(groups) + " groups of " + sizeName(group, columns) +
                                (accumulate ? " accumulating" : ""),
                            [=, rows = groups * group, groups = groups, columns = columns](OpTrial& t) {
                                const Tensor x = t.values(groups, columns);
                                const Tensor y = accumulate ? t.changed(rows, columns) : t.result(rows, columns);
                                t.add(GroupBroadcast{x, y, 0.125f, accumulate});
                            }});
    list.push_back({"scaled in place", [](OpTrial& t) {
                        const Tensor y = t.changed(7, 5);
                        t.add(GroupBroadcast{y, y, -3});
                    }});
    return list;
}

}  // namespace

extern const ReferenceOp group_broadcast{GroupBroadcast::name, hostOp<GroupBroadcast, record>(), examples()};

}  // namespace lemnos::reference_ops
