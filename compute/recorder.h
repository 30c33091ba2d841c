// Recorder: writes ops down once; the Recording it gives is submitted every step.
#pragma once

#include <memory>
#include <typeindex>

#include "compute/ops/op.h"
#include "compute/result.h"

namespace lemnos {

/// A finished list of ops, ready to be submitted again and again. The buffers it names must outlive it.
class Recording {
  public:
    virtual ~Recording() = default;
};

/// An op on its way to a device.
struct OpUse {
    std::type_index type;
    const void* op;  ///< of that type
    const char* name;
    OpCost cost;
};

/// Takes ops in order. An op sees what the ops before it wrote. Errors stick: finish() tells the first one.
class Recorder {
  public:
    virtual ~Recorder() = default;

    /// Appends one op: a plain struct of compute/ops/, whose header states shapes and formula.
    template <class Op>
    void add(const Op& op) {
        if (!m_status) return;
        m_status = op.check();
        if (m_status) m_status = addOp({typeid(Op), &op, Op::name, op.cost()});
    }

    /// The recording, or the first error of any op. The recorder is empty afterwards.
    Result<std::unique_ptr<Recording>> finish() {
        if (!m_status) return m_status.error();
        return finishRecording();
    }

  private:
    virtual Status addOp(const OpUse& use) = 0;
    virtual Result<std::unique_ptr<Recording>> finishRecording() = 0;

    Status m_status;
};

}  // namespace lemnos
