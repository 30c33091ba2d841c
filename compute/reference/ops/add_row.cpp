#include "compute/ops/add_row.h"

#include "compute/reference/examples.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const AddRow& op) {
    recorder.run([op] {
        const MatrixView x(op.x), row(op.row);
        MatrixView(op.y).fill([&](std::int64_t i, std::int64_t j) { return double(x(i, j)) + row(0, j); });
    });
    return {};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const auto& [rows, columns] : matrixSizes)
        list.push_back({sizeName(rows, columns), [rows = rows, columns = columns](OpTrial& t) {
                            t.add(AddRow{t.values(rows, columns), t.parameters(1, columns), t.result(rows, columns)});
                        }});
    list.push_back({"in place", [](OpTrial& t) {
                        const Tensor x = t.changed(7, 5);
                        t.add(AddRow{x, t.parameters(1, 5), x});
                    }});
    return list;
}

}  // namespace

extern const ReferenceOp add_row{AddRow::name, hostOp<AddRow, record>(), examples()};

}  // namespace lemnos::reference_ops
