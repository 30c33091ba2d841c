#include "compute/tuning.h"

#include <chrono>

#include "compute/device_speed.h"
#include "compute/ops/conv2d.h"
#include "compute/ops/conv2d_grad_input.h"
#include "compute/ops/conv2d_grad_weight.h"
#include "compute/ops/gemm.h"
#include "compute/vulkan/vulkan_device.h"

namespace lemnos {
namespace {

using Clock = std::chrono::steady_clock;

/// A typical op of each class, in memory that they share.
class TypicalOps {
  public:
    static Result<TypicalOps> create(Device& device) {
        TypicalOps ops;
        TRY(ops.m_memory, device.allocate(3 * partBytes, Memory::device));
        return ops;
    }

    /// With values of half precision, or of single precision.
    Result<std::unique_ptr<Recording>> record(Device& device, ProductClass what, bool halves) const {
        const auto recorder = device.record();
        const ConvGeometry g = geometry();
        const auto value = [halves](Tensor tensor) {
            if (halves) tensor.type = ElementType::float16;
            return tensor;
        };
        switch (what) {
            case ProductClass::gemm:
                recorder->add(Gemm{value(part(0, 1024, 1024)), part(1, 1024, 1024), value(part(2, 1024, 1024))});
                break;
            case ProductClass::gemmOfFewRows:
                recorder->add(Gemm{value(part(0, fewRows, 2048)), part(1, 2048, 512), value(part(2, fewRows, 512))});
                break;
            case ProductClass::conv:
                recorder->add(Conv2d{value(input(0)), weights(1), value(output(2)), g});
                break;
            case ProductClass::convGradInput:
                recorder->add(Conv2dGradInput{value(output(0)), weights(1), value(input(2)), g});
                break;
            case ProductClass::convGradWeight:
                recorder->add(Conv2dGradWeight{value(input(0)), value(output(1)), weights(2), g});
                break;
        }
        return recorder->finish();
    }

  private:
    static constexpr std::int64_t channels = 64, side = 32, batch = 16, partBytes = batch * side * side * channels * 4;

    static ConvGeometry geometry() {
        ConvGeometry g;
        g.batch = batch;
        g.inHeight = g.inWidth = g.outHeight = g.outWidth = side;
        g.inChannels = g.outChannels = channels;
        g.kernelHeight = g.kernelWidth = 3;
        g.padTop = g.padLeft = 1;
        return g;
    }
    Tensor part(std::int64_t i, std::int64_t rows, std::int64_t columns) const {
        return matrix(*m_memory, i * partBytes, rows, columns);
    }
    Tensor input(std::int64_t i) const { return part(i, geometry().inRows(), channels); }
    Tensor output(std::int64_t i) const { return part(i, geometry().outRows(), channels); }
    Tensor weights(std::int64_t i) const { return part(i, geometry().weightRows(), channels); }

    std::unique_ptr<Buffer> m_memory;
};

}  // namespace

Result<Tuning> measureTuning(const std::string& deviceId, double seconds) {
    if (!deviceId.starts_with("vulkan:")) return Tuning();
    TRY(const auto opened, VulkanDevice::open(deviceId, {}));
    auto& device = static_cast<VulkanDevice&>(*opened);
    if (device.traits().laneGemm) return Tuning();
    return device.tune(seconds);
}

Result<Tuning> VulkanDevice::tune(double seconds) {
    const auto started = Clock::now();
    const auto timeIsUp = [&] { return Clock::now() - started > std::chrono::duration<double>(seconds); };
    TRY(const TypicalOps ops, TypicalOps::create(*this));
    const bool haveMatrices = m_traits.matrices != Matrices::none;
    const TilingChoice usual = haveMatrices ? startTableWithMatrices : startTable;
    TilingChoice best = usual;
    for (std::size_t what = 0; what < best.size(); ++what) {
        const bool halves = what >= productClasses;
        if (halves && !m_info.float16) continue;
        double least = 0;
        for (std::size_t n = 0; n < tilings.size() && !timeIsUp(); ++n) {
            // The usual one first: it stays where there is no time for others.
            TilingChoice tried = best;
            tried[what] = static_cast<std::uint8_t>((usual[what] + n) % tilings.size());
            if (!isUsable(tried, haveMatrices)) continue;
            m_traits.tilings = tried;
            TRY(const auto recording, ops.record(*this, ProductClass(what % productClasses), halves));
            TRY(const double time, shortestTime(*this, *recording, seconds / 60));
            if (n > 0 && time >= least) continue;
            least = time;
            best = tried;
        }
    }
    m_traits.tilings = best;
    return Tuning(best.begin(), best.end());
}

}  // namespace lemnos
