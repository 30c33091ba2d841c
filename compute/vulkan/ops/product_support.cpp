#include "compute/vulkan/ops/product_support.h"

namespace lemnos {
namespace {

struct Push {
    std::uint32_t n, quads, columns, count;
};

}  // namespace

std::string tiledShader(const KernelTraits& traits, const char* name, const Tiling& tiling) {
    const char* form = !tiling.matrices ? "" : traits.matrices == Matrices::hardware ? "_matrices" : "_emulated";
    return std::string(name) + form;
}

Status sumPartials(VulkanRecorder& recorder, const Tensor& partials, std::int64_t count, const Tensor& c,
                   const Epilogue& epilogue) {
    KernelCall kernel;
    kernel.shader = recorder.vectorShader("sum_partials");
    kernel.constants = {0, 0, 0};
    epilogue.addTo(kernel.constants);
    kernel.setPush(Push{asWord(quadsOf(c)), asWord(c.stride / 4), asWord(c.columns), asWord(count)});
    kernel.tensors = {partials, epilogue.bias ? epilogue.bias : c, c, c};  // without a bias the binding is not read
    flatGrid(kernel, recorder.traits(), quadsOf(c));
    return recorder.call(std::move(kernel));
}

}  // namespace lemnos
