// Arrays of vec4, read and written in the way that is fast on the device. A shader that includes this file is compiled twice:
// with plain storage buffers (GPUs), and as NAME_texel with loads through a texel buffer view and stores as pairs of 64-bit words
// (lavapipe, whose storage-buffer accesses are loops over lanes; see docs/decisions/0004-two-ways-to-load.md).
//
//   READ_VECTORS(0, x)  WRITE_VECTORS(1, y)   ...   STORE(y, i, LOAD(x, i));
//
// In the plain form each array is of single or of half precision, as constant 32 + its slot says; the recorder sets it from the
// type of the tensor. Nothing but loads and stores knows of it, and arithmetic stays in single precision.
//
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
#define ARRAY(slot, name, access)                                                            \
    layout(constant_id = 32 + slot) const bool name##IsHalf = false;                         \
    layout(set = 0, binding = slot) access buffer name##Block { vec4 name[]; };              \
    layout(set = 0, binding = slot) access buffer name##Halves { uvec2 name##Bits[]; };
#define READ_VECTORS(slot, name)                                                             \
    ARRAY(slot, name, readonly)                                                              \
    vec4 load_##name(uint i) {                                                               \
        if (!name##IsHalf) return name[i];                                                   \
        const uvec2 bits = name##Bits[i];                                                    \
        return vec4(unpackHalf2x16(bits.x), unpackHalf2x16(bits.y));                         \
    }
#define WRITE_VECTORS(slot, name)                                                            \
    ARRAY(slot, name, writeonly)                                                             \
    void store_##name(uint i, vec4 value) {                                                  \
        if (name##IsHalf)                                                                    \
            name##Bits[i] = uvec2(packHalf2x16(value.xy), packHalf2x16(value.zw));           \
        else                                                                                 \
            name[i] = value;                                                                 \
    }
#define READ_WORDS(slot, name) layout(set = 0, binding = slot) readonly buffer name##Block { uint name[]; };
#define LOAD(name, i) load_##name(uint(i))
#define LOAD_WORD(name, i) name[i]
#define STORE(name, i, value) store_##name(uint(i), value);
#endif
