// The matrices of a batch, and the part of the depth of their product, that workgroup z is for. Places are counted in vec4.
// `parts` workgroups share the depth, each `depthOfPart`, a multiple of four, and write their sums behind each other. Matrix m is
// that of (o, i) = (m / inner, m % inner); its places are as in compute/ops/batched_gemm.h.
layout(push_constant) uniform Push {
    uint rows, columns, depth, depthOfPart, parts, inner;
    float scale;
    uint aQuads, aFirst, aOuter, aInner;  // from row to row, to the first matrix, and on to the others
    uint bQuads, bFirst, bOuter, bInner;
    uint cQuads, cFirst, cOuter, cInner;
    uint cTensorColumns;
};

struct Part {
    uint a, b, c;  // where the matrices begin
    uint k0, k1;   // of the depth
};

Part partOf(uint z) {
    const uint m = z / parts, part = z % parts, o = m / inner, i = m % inner;
    Part p;
    p.a = aFirst + o * aOuter + i * aInner;
    p.b = bFirst + o * bOuter + i * bInner;
    p.c = cFirst + o * cOuter + i * cInner + part * rows * cQuads;
    p.k0 = part * depthOfPart;
    p.k1 = min(p.k0 + depthOfPart, depth);
    return p;
}

// Which of four values belong to other columns of the tensor of C, behind those of the matrix in vec4 `quad` of its rows.
bvec4 othersOf(uint at, uint quad) {
    const uvec4 n = uvec4(0, 1, 2, 3);
    const bvec4 behind = greaterThanEqual(n + quad * 4, uvec4(columns));
    const bvec4 real = lessThan(n + at % cQuads * 4, uvec4(cTensorColumns));
    return bvec4(uvec4(behind) & uvec4(real));
}
