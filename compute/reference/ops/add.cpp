#include "compute/ops/add.h"

#include "compute/reference/activation.h"
#include "compute/reference/examples.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Add& op) {
    recorder.run([op] {
        const MatrixView a(op.a), b(op.b);
        MatrixView(op.y).fill(
            [&](std::int64_t i, std::int64_t j) { return activate(op.activation, double(a(i, j)) + b(i, j)); });
    });
    return {};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const auto& [rows, columns] : matrixSizes)
        list.push_back({sizeName(rows, columns), [rows = rows, columns = columns](OpTrial& t) {
                            t.add(Add{t.values(rows, columns), t.values(rows, columns), t.result(rows, columns)});
                        }});
    for (const auto& [kind, name] : activationKinds) {
        const Activation activation{kind, 0.25f};
        list.push_back({name, [=](OpTrial& t) {
                            t.add(Add{t.values(33, 7, -4, 4), t.values(33, 7, -4, 4), t.result(33, 7), activation});
                        }});
    }
    list.push_back({"into a", [](OpTrial& t) {
                        const Tensor a = t.changed(7, 5);
                        t.add(Add{a, t.values(7, 5), a});
                    }});
    list.push_back({"into b, with relu", [](OpTrial& t) {
                        const Tensor b = t.changed(7, 5);
                        t.add(Add{t.values(7, 5), b, b, {ActivationKind::relu}});
                    }});
    return list;
}

}  // namespace

extern const ReferenceOp add{Add::name, hostOp<Add, record>(), examples()};

}  // namespace lemnos::reference_ops
