#include "compute/ops/gemm.h"

namespace lemnos {

Status Gemm::check() const {
    TRY_OK(opCheck(a && b && c, "gemm", "A, B and C"));
    TRY_OK(opCheck(!(transposeA && transposeB), "gemm", "at most one transposed matrix"));
    TRY_OK(opCheck((transposeA ? a.columns : a.rows) == c.rows, "gemm", "as many rows in op(A) as in C"));
    TRY_OK(opCheck((transposeB ? b.rows : b.columns) == c.columns, "gemm", "as many columns in op(B) as in C"));
    TRY_OK(opCheck((transposeB ? b.columns : b.rows) == depth() && depth() > 0, "gemm", "equal inner extents"));
    TRY_OK(opCheck(!bias || (bias.rows == 1 && bias.columns == c.columns), "gemm", "a bias as wide as C"));
    return {};
}

}  // namespace lemnos
