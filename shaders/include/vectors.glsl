// Arrays of vec4, read and written in the way that is fast on the device. A shader that includes this file is compiled twice:
// with plain storage buffers (GPUs), and as NAME_texel with loads through a texel buffer view and stores as pairs of 64-bit words
// (lavapipe, whose storage-buffer accesses are loops over lanes; see docs/decisions/0004-two-ways-to-load.md).
//
//   READ_VECTORS(0, x)  WRITE_VECTORS(1, y)   ...   STORE(y, i, LOAD(x, i));
//   READ_WORDS(2, w)    ...   uint bits = LOAD_WORD(w, i);
#ifdef TEXEL_LOADS
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#define READ_VECTORS(slot, name) layout(set = 0, binding = slot, rgba32f) readonly uniform imageBuffer name;
#define WRITE_VECTORS(slot, name) layout(set = 0, binding = slot) writeonly buffer name##Block { u64vec2 name[]; };
#define READ_WORDS(slot, name) layout(set = 0, binding = slot, r32ui) readonly uniform uimageBuffer name;
#define LOAD(name, i) imageLoad(name, int(i))
#define LOAD_WORD(name, i) imageLoad(name, int(i)).x
#define STORE(name, i, value)                                                          \
    {                                                                                  \
        const uvec4 bits_ = floatBitsToUint(value);                                    \
        name[i] = u64vec2(packUint2x32(bits_.xy), packUint2x32(bits_.zw));             \
    }
#else
#define READ_VECTORS(slot, name) layout(set = 0, binding = slot) readonly buffer name##Block { vec4 name[]; };
#define WRITE_VECTORS(slot, name) layout(set = 0, binding = slot) writeonly buffer name##Block { vec4 name[]; };
#define READ_WORDS(slot, name) layout(set = 0, binding = slot) readonly buffer name##Block { uint name[]; };
#define LOAD(name, i) name[i]
#define LOAD_WORD(name, i) name[i]
#define STORE(name, i, value) name[i] = value;
#endif
