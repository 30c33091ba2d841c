// Philox 4x32-10, counter-based random numbers: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 3.3.
// The same numbers as compute/random.h.
uvec4 philox(uvec2 key, uint epoch, uint sampleIndex, uint layer, uint elementQuad) {
    uvec4 c = uvec4(elementQuad, sampleIndex, layer, epoch);
    for (int round = 0; round < 10; ++round) {
        uint high0, low0, high1, low1;
        umulExtended(0xD2511F53u, c.x, high0, low0);
        umulExtended(0xCD9E8D57u, c.z, high1, low1);
        c = uvec4(high1 ^ c.y ^ key.x, low1, high0 ^ c.w ^ key.y, low0);
        key += uvec2(0x9E3779B9u, 0xBB67AE85u);
    }
    return c;
}
