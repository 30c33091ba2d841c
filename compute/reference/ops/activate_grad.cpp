#include "compute/ops/activate_grad.h"

#include "compute/reference/activation.h"
#include "compute/reference/examples.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const ActivateGrad& op) {
    recorder.run([op] {
        const MatrixView value(op.value), dY(op.dY), dX(op.dX);
        dX.fill([&](std::int64_t i, std::int64_t j) {
            return activationGradient(op.activation, value(i, j)) * dY(i, j) + (op.accumulate ? dX(i, j) : 0.0);
        });
    });
    return {};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const auto& [kind, name] : activationKinds) {
        const Activation activation{kind, 0.25f};
        for (const auto& [rows, columns] : matrixSizes)
            list.push_back({name + (" " + sizeName(rows, columns)), [=, rows = rows, columns = columns](OpTrial& t) {
                                t.add(ActivateGrad{t.values(rows, columns, -8, 8), t.values(rows, columns),
                                                   t.result(rows, columns), activation});
                            }});
        list.push_back({std::string(name) + " in place", [=](OpTrial& t) {
                            const Tensor dX = t.changed(7, 5);
                            t.add(ActivateGrad{t.values(7, 5, -1, 1), dX, dX, activation});
                        }});
        list.push_back(
            {std::string(name) + " accumulating", [=](OpTrial& t) {
                 t.add(ActivateGrad{t.values(9, 6, -8, 8), t.values(9, 6), t.changed(9, 6), activation, true});
             }});
        list.push_back({std::string(name) + " of large values", [=](OpTrial& t) {
                            t.add(ActivateGrad{t.values(9, 7, -200, 200), t.values(9, 7), t.result(9, 7), activation});
                        }});
    }
    return list;
}

}  // namespace

extern const ReferenceOp activate_grad{ActivateGrad::name, hostOp<ActivateGrad, record>(), examples()};

}  // namespace lemnos::reference_ops
