#include "compute/vulkan/kernel.h"

#include <algorithm>
#include <map>
#include <optional>

namespace lemnos {
namespace {

// Numbers of the SPIR-V specification.
enum Op : std::uint32_t {
    opTypeInt = 21,
    opTypeFloat = 22,
    opTypeVector = 23,
    opTypeImage = 25,
    opTypeArray = 28,
    opTypeRuntimeArray = 29,
    opTypeStruct = 30,
    opTypePointer = 32,
    opVariable = 59,
    opDecorate = 71,
    opMemberDecorate = 72,
};
enum Decoration : std::uint32_t { nonWritable = 24, nonReadable = 25, binding = 33, memberOffset = 35 };
constexpr std::uint32_t pushConstantStorage = 9;

struct Type {
    Op op = opTypeInt;
    std::uint32_t bytes = 0;    // of scalars and vectors
    std::uint32_t pointee = 0;  // of pointers
    std::uint32_t imageFormat = 0;
    std::vector<std::uint32_t> members;  // of structs
};

struct Decorations {
    std::optional<std::uint32_t> binding;
    bool nonWritable = false, nonReadable = false;
    std::map<std::uint32_t, std::uint32_t> memberOffsets;
    std::size_t membersNonWritable = 0, membersNonReadable = 0;
};

struct Variable {
    std::uint32_t id = 0, pointerType = 0, storage = 0;
};

/// Everything of a module that reflection needs, by id.
struct Module {
    std::map<std::uint32_t, Type> types;
    std::map<std::uint32_t, Decorations> decorations;
    std::vector<Variable> variables;
};

void readDecoration(Module& module, std::span<const std::uint32_t> w) {
    Decorations& d = module.decorations[w[1]];
    if (w[2] == nonWritable) d.nonWritable = true;
    if (w[2] == nonReadable) d.nonReadable = true;
    if (w[2] == binding && w.size() > 3) d.binding = w[3];
}

void readMemberDecoration(Module& module, std::span<const std::uint32_t> w) {
    Decorations& d = module.decorations[w[1]];
    if (w[3] == nonWritable) ++d.membersNonWritable;
    if (w[3] == nonReadable) ++d.membersNonReadable;
    if (w[3] == memberOffset && w.size() > 4) d.memberOffsets[w[2]] = w[4];
}

void readInstruction(Module& module, std::uint32_t op, std::span<const std::uint32_t> w) {
    const std::size_t n = w.size();
    if ((op == opTypeInt || op == opTypeFloat) && n > 2) module.types[w[1]] = {Op(op), w[2] / 8, 0, 0, {}};
    if (op == opTypeVector && n > 3) module.types[w[1]] = {opTypeVector, module.types[w[2]].bytes * w[3], 0, 0, {}};
    if (op == opTypeImage && n > 8) module.types[w[1]] = {opTypeImage, 0, 0, w[8], {}};
    if (op == opTypeStruct && n > 1) module.types[w[1]] = {opTypeStruct, 0, 0, 0, {w.begin() + 2, w.end()}};
    if (op == opTypePointer && n > 3) module.types[w[1]] = {opTypePointer, 0, w[3], 0, {}};
    if (op == opVariable && n > 3) module.variables.push_back({w[2], w[1], w[3]});
    if (op == opDecorate && n > 2) readDecoration(module, w);
    if (op == opMemberDecorate && n > 3) readMemberDecoration(module, w);
}

Result<VkFormat> texelFormat(std::uint32_t imageFormat) {
    switch (imageFormat) {
        case 1:
            return VK_FORMAT_R32G32B32A32_SFLOAT;
        case 33:
            return VK_FORMAT_R32_UINT;
        default:
            return Error{"Internal error: a shader has a texel buffer of an unknown format."};
    }
}

std::uint32_t structBytes(const Module& module, std::uint32_t id) {
    std::uint32_t bytes = 0;
    const auto& members = module.types.at(id).members;
    const auto found = module.decorations.find(id);
    if (found == module.decorations.end()) return 0;
    for (const auto& [member, offset] : found->second.memberOffsets) {
        const auto type = member < members.size() ? module.types.find(members[member]) : module.types.end();
        if (type != module.types.end()) bytes = std::max(bytes, offset + type->second.bytes);
    }
    return (bytes + 3) / 4 * 4;
}

Status addBinding(const Module& module, const Variable& variable, std::uint32_t typeId, KernelInterface& kernel) {
    const auto decorations = module.decorations.find(variable.id);
    if (decorations == module.decorations.end() || !decorations->second.binding) return {};
    const Decorations& own = decorations->second;
    const Type& type = module.types.at(typeId);

    KernelBinding result;
    result.binding = *own.binding;
    bool readOnly = own.nonWritable, writeOnly = own.nonReadable;
    if (type.op == opTypeImage) {
        result.type = VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER;
        TRY(result.format, texelFormat(type.imageFormat));
    } else if (const auto block = module.decorations.find(typeId); block != module.decorations.end()) {
        readOnly = readOnly || block->second.membersNonWritable == type.members.size();
        writeOnly = writeOnly || block->second.membersNonReadable == type.members.size();
    }
    result.reads = !writeOnly;
    result.writes = !readOnly;
    // An array that may be of single or half precision has two names.
    const auto named = std::ranges::find(kernel.bindings, result.binding, &KernelBinding::binding);
    if (named == kernel.bindings.end()) {
        kernel.bindings.push_back(result);
    } else {
        named->reads = named->reads || result.reads;
        named->writes = named->writes || result.writes;
    }
    return {};
}

}  // namespace

Result<KernelInterface> reflect(std::span<const std::uint32_t> words) {
    constexpr std::size_t headerWords = 5;
    if (words.size() < headerWords || words[0] != 0x07230203u) return Error{"Internal error: a shader is not SPIR-V."};
    Module module;
    for (std::size_t at = headerWords; at < words.size();) {
        const std::uint32_t count = words[at] >> 16;
        if (count == 0 || count > words.size() - at) return Error{"Internal error: a shader's SPIR-V is cut short."};
        readInstruction(module, words[at] & 0xffffu, words.subspan(at, count));
        at += count;
    }

    KernelInterface kernel;
    for (const Variable& variable : module.variables) {
        const auto pointer = module.types.find(variable.pointerType);
        if (pointer == module.types.end() || !module.types.contains(pointer->second.pointee)) continue;
        const std::uint32_t pointee = pointer->second.pointee;
        if (variable.storage == pushConstantStorage) kernel.pushBytes = structBytes(module, pointee);
        TRY_OK(addBinding(module, variable, pointee, kernel));
    }
    std::sort(kernel.bindings.begin(), kernel.bindings.end(),
              [](const KernelBinding& a, const KernelBinding& b) { return a.binding < b.binding; });
    for (std::size_t i = 0; i < kernel.bindings.size(); ++i) {
        if (kernel.bindings[i].binding != i)
            return Error{"Internal error: a shader's bindings are not numbered 0, 1, 2, ... or one of them is unused."};
    }
    return kernel;
}

}  // namespace lemnos
