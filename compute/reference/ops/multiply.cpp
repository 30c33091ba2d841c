#include "compute/ops/multiply.h"

#include "compute/reference/examples.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Multiply& op) {
    recorder.run([op] {
        const MatrixView a(op.a), b(op.b), y(op.y);
        const std::int64_t group = a.rows / b.rows;
        y.fill([&](std::int64_t i, std::int64_t j) {
            return double(a(i, j)) * b(i / group, j) + (op.accumulate ? y(i, j) : 0.0);
        });
    });
    return {};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const auto& [rows, columns] : matrixSizes)
        for (const std::int64_t groups : {rows, rows % 3 == 0 ? rows / 3 : 1, std::int64_t{1}})
            list.push_back(
                {sizeName(rows, columns) + " by " + std::to_string(groups),
                 [=, rows = rows, columns = columns](OpTrial& t) {
                     t.add(Multiply{t.values(rows, columns), t.values(groups, columns), t.result(rows, columns)});
                 }});
    for (const std::int64_t groups : {12, 4}) {
        const std::string by = " by " + std::to_string(groups);
        list.push_back({"in place" + by, [=](OpTrial& t) {
                            const Tensor a = t.changed(12, 5);
                            t.add(Multiply{a, t.values(groups, 5), a});
                        }});
        list.push_back({"accumulating" + by, [=](OpTrial& t) {
                            t.add(Multiply{t.values(12, 7), t.values(groups, 7), t.changed(12, 7), true});
                        }});
    }
    list.push_back({"of a value with itself", [](OpTrial& t) {
                        const Tensor a = t.values(12, 5);
                        t.add(Multiply{a, a, t.result(12, 5)});
                    }});
    return list;
}

}  // namespace

extern const ReferenceOp multiply{Multiply::name, hostOp<Multiply, record>(), examples()};

}  // namespace lemnos::reference_ops
