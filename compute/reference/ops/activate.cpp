#include "compute/ops/activate.h"

#include "compute/reference/activation.h"
#include "compute/reference/examples.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Activate& op) {
    recorder.run([op] {
        const MatrixView x(op.x);
        MatrixView(op.y).fill([&](std::int64_t i, std::int64_t j) { return activate(op.activation, x(i, j)); });
    });
    return {};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const auto& [kind, name] : activationKinds) {
        const Activation activation{kind, 0.25f};
        for (const auto& [rows, columns] : matrixSizes)
            list.push_back({name + (" " + sizeName(rows, columns)), [=, rows = rows, columns = columns](OpTrial& t) {
                                t.add(Activate{t.values(rows, columns, -8, 8), t.result(rows, columns), activation});
                            }});
        // Saturated, where an exponential that overflows must not show.
        list.push_back({std::string(name) + " of large values", [=](OpTrial& t) {
                            t.add(Activate{t.values(9, 7, -200, 200), t.result(9, 7), activation});
                        }});
        list.push_back({std::string(name) + " in place", [=](OpTrial& t) {
                            const Tensor x = t.changed(7, 5, -8, 8);
                            t.add(Activate{x, x, activation});
                        }});
    }
    return list;
}

}  // namespace

extern const ReferenceOp activate{Activate::name, hostOp<Activate, record>(), examples()};

}  // namespace lemnos::reference_ops
