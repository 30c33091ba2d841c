// What the norms share: numbers that belong to a sample (`rowsPerSample` rows) and a group (`width` columns). Batch norm is
// one sample with a group for every column.

// The groups of the four columns of a quad; padding counts as the last column.
uvec4 groupsOf(uint quad, uint columns, uint width) {
    return min(uvec4(0, 1, 2, 3) + quad * 4, uvec4(columns - 1)) / width;
}

// Four floats of an array of READ_WORDS, from `first` on, by group.
#define OF_GROUPS(name, first, group)                                                                  \
    uintBitsToFloat(uvec4(LOAD_WORD(name, (first) + (group).x), LOAD_WORD(name, (first) + (group).y), \
                          LOAD_WORD(name, (first) + (group).z), LOAD_WORD(name, (first) + (group).w)))
