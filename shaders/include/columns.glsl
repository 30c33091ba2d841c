// 1 where the column exists, 0 in the padding behind it.
bvec4 isColumn(uint quad, uint columns) {
    return lessThan(uvec4(0, 1, 2, 3) + quad * 4, uvec4(columns));
}
