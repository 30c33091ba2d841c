#include "compute/ops/group_sum.h"

#include "compute/reference/examples.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const GroupSum& op) {
    recorder.run([op] {
        const MatrixView a(op.a), b(op.b), y(op.y);
        const std::int64_t group = a.rows / y.rows;
        y.fill([&](std::int64_t s, std::int64_t j) {
            double sum = 0;
            for (std::int64_t i = s * group; i < (s + 1) * group; ++i) sum += double(a(i, j)) * (b ? b(i, j) : 1.0);
            return op.scale * sum + (op.accumulate ? y(s, j) : 0.0);
        });
    });
    return {};
}

OpExample example(std::int64_t groups, std::int64_t group, std::int64_t columns, bool products, bool accumulate) {
    return {std::to_string(groups) + " groups of " + sizeName(group, columns) + (products ? " products" : "") +
                (accumulate ? " accumulating" : ""),
            [=](OpTrial& t) {
                const std::int64_t rows = groups * group;
                const Tensor a = t.values(rows, columns), b = products ? t.values(rows, columns) : Tensor{};
                const Tensor y = accumulate ? t.changed(groups, columns) : t.result(groups, columns);
                t.add(GroupSum{a, b, y, 1 / static_cast<float>(group), accumulate});
            }};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    constexpr std::int64_t problems[][3] = {{1, 1, 1},     {5, 1, 3},    {3, 25, 5},    {1, 1089, 7},
                                            {2, 1024, 64}, {7, 49, 130}, {300, 16, 12}, {1, 70001, 4}};
    for (const auto& [groups, group, columns] : problems)
        for (const bool products : {false, true}) list.push_back(example(groups, group, columns, products, false));
    list.push_back(example(3, 25, 5, false, true));
    list.push_back(example(3, 25, 5, true, true));
    list.push_back(example(2, 1024, 17, true, true));
    return list;
}

}  // namespace

extern const ReferenceOp group_sum{GroupSum::name, hostOp<GroupSum, record>(), examples()};

}  // namespace lemnos::reference_ops
