// Measures the ops of well-known networks one by one on a device. Usage: bench_ops [DEVICE [NETWORK]]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <random>

#include "compute/device.h"
#include "compute/ops/conv2d.h"
#include "compute/ops/conv2d_grad_input.h"
#include "compute/ops/conv2d_grad_weight.h"
#include "compute/ops/gemm.h"
#include "compute/ops/pool.h"
#include "compute/ops/pool_grad.h"

using namespace lemnos;

namespace {

/// Memory of one op, with random numbers in it.
class Values {
  public:
    explicit Values(Device& device) : m_device(device) {}

    Tensor matrix(std::int64_t rows, std::int64_t columns) {
        std::vector<float> noise(static_cast<std::size_t>(rows * roundUp4(columns)));
        for (std::size_t i = 0; i < noise.size(); ++i) {
            const bool padding = static_cast<std::int64_t>(i) % roundUp4(columns) >= columns;
            noise[i] = padding ? 0 : std::uniform_real_distribution<float>(-1, 1)(m_random);
        }
        auto buffer = m_device.allocate(static_cast<std::int64_t>(noise.size()) * 4, Memory::device);
        if (buffer) {
            m_buffers.push_back(*std::move(buffer));
            m_status = m_device.upload(*m_buffers.back(), 0, std::as_bytes(std::span(noise)));
        } else {
            m_status = buffer.error();
        }
        if (!m_status) return {};
        return lemnos::matrix(*m_buffers.back(), 0, rows, columns);
    }
    const Status& status() const { return m_status; }

  private:
    Device& m_device;
    std::minstd_rand m_random{1};
    std::vector<std::unique_ptr<Buffer>> m_buffers;
    Status m_status;
};

/// Adds one op to the recorder and says what it costs.
using Use = std::function<OpCost(Values&, Recorder&)>;

template <class Op>
OpCost add(Recorder& recorder, const Op& op) {
    recorder.add(op);
    return op.cost();
}

Use gemm(std::int64_t rows, std::int64_t columns, std::int64_t depth, bool transposeA, bool transposeB, bool bias) {
    return [=](Values& v, Recorder& recorder) {
        return add(recorder, Gemm{.a = transposeA ? v.matrix(depth, rows) : v.matrix(rows, depth),
                                  .b = transposeB ? v.matrix(columns, depth) : v.matrix(depth, columns),
                                  .c = v.matrix(rows, columns),
                                  .transposeA = transposeA,
                                  .transposeB = transposeB,
                                  .bias = bias ? v.matrix(1, columns) : Tensor{},
                                  .activation = {bias ? ActivationKind::relu : ActivationKind::none}});
    };
}

/// "Same" padding, or none for a kernel as large as its stride.
ConvGeometry square(std::int64_t batch, std::int64_t side, std::int64_t in, std::int64_t out, std::int64_t kernel,
                    std::int64_t stride, std::int64_t groups = 1) {
    ConvGeometry g;
    g.batch = batch;
    g.inHeight = g.inWidth = side;
    g.outHeight = g.outWidth = side / stride;
    g.inChannels = in, g.outChannels = out;
    g.kernelHeight = g.kernelWidth = kernel;
    g.strideHeight = g.strideWidth = stride;
    g.padTop = g.padLeft = kernel == stride ? 0 : kernel / 2;
    g.groups = groups;
    return g;
}

Use conv(const ConvGeometry& g) {
    return [=](Values& v, Recorder& recorder) {
        return add(recorder, Conv2d{.x = v.matrix(g.inRows(), g.inChannels),
                                    .weights = v.matrix(g.weightRows(), g.outChannels),
                                    .y = v.matrix(g.outRows(), g.outChannels),
                                    .geometry = g,
                                    .bias = v.matrix(1, g.outChannels),
                                    .activation = {ActivationKind::relu}});
    };
}

Use convGradInput(const ConvGeometry& g) {
    return [=](Values& v, Recorder& recorder) {
        return add(recorder,
                   Conv2dGradInput{v.matrix(g.outRows(), g.outChannels), v.matrix(g.weightRows(), g.outChannels),
                                   v.matrix(g.inRows(), g.inChannels), g});
    };
}

Use convGradWeight(const ConvGeometry& g) {
    return [=](Values& v, Recorder& recorder) {
        return add(recorder, Conv2dGradWeight{v.matrix(g.inRows(), g.inChannels), v.matrix(g.outRows(), g.outChannels),
                                              v.matrix(g.weightRows(), g.outChannels), g});
    };
}

Use pool(const ConvGeometry& g, PoolKind kind) {
    return [=](Values& v, Recorder& recorder) {
        return add(recorder, Pool{v.matrix(g.inRows(), g.inChannels), v.matrix(g.outRows(), g.outChannels), g, kind});
    };
}

Use poolGrad(const ConvGeometry& g, PoolKind kind) {
    return [=](Values& v, Recorder& recorder) {
        PoolGrad op{.dY = v.matrix(g.outRows(), g.outChannels),
                    .dX = v.matrix(g.inRows(), g.inChannels),
                    .geometry = g,
                    .kind = kind};
        if (kind == PoolKind::max) {
            op.x = v.matrix(g.inRows(), g.inChannels);
            op.y = v.matrix(g.outRows(), g.outChannels);
        }
        return add(recorder, op);
    };
}

struct Problem {
    std::string network, op, what;
    std::int64_t times;  ///< in a training step
    Use use;
};

class Problems {
  public:
    std::vector<Problem> list;

    void dense(const std::string& network, std::int64_t batch, std::int64_t in, std::int64_t out, bool first = false) {
        const std::string what = std::to_string(batch) + " x " + std::to_string(in) + " to " + std::to_string(out);
        list.push_back({network, "dense", what, 1, gemm(batch, out, in, false, false, true)});
        if (!first) list.push_back({network, "dense, inputs", what, 1, gemm(batch, in, out, false, true, false)});
        list.push_back({network, "dense, weights", what, 1, gemm(in, out, batch, true, false, false)});
    }
    void convolution(const std::string& network, const ConvGeometry& g, std::int64_t times, bool first = false) {
        const std::string side = std::to_string(g.kernelHeight);
        const std::string what = side + "x" + side + (g.strideHeight > 1 ? " stride 2, " : ", ") +
                                 (g.groups > 1 ? "depthwise, " : "") + std::to_string(g.batch) + " x " +
                                 std::to_string(g.inHeight) + "x" + std::to_string(g.inWidth) + "x" +
                                 std::to_string(g.inChannels) + " to " + std::to_string(g.outChannels);
        list.push_back({network, "conv", what, times, conv(g)});
        if (!first) list.push_back({network, "conv, inputs", what, times, convGradInput(g)});
        list.push_back({network, "conv, weights", what, times, convGradWeight(g)});
    }
    void pooling(const std::string& network, const ConvGeometry& g, PoolKind kind) {
        const std::string what = std::string(kind == PoolKind::max ? "max, " : "average, ") + std::to_string(g.batch) +
                                 " x " + std::to_string(g.inHeight) + "x" + std::to_string(g.inWidth) + "x" +
                                 std::to_string(g.inChannels) + " by " + std::to_string(g.kernelHeight);
        list.push_back({network, "pool", what, 1, pool(g, kind)});
        list.push_back({network, "pool, inputs", what, 1, poolGrad(g, kind)});
    }
};

std::vector<Problem> problems() {
    Problems p;
    for (const std::int64_t batch : {32, 128}) {
        const std::string network = "mlp512 at 64x64x3, batch " + std::to_string(batch);
        p.dense(network, batch, 12288, 512, true);
        p.dense(network, batch, 512, 512);
        p.dense(network, batch, 512, 100);
    }
    const std::string cnn = "small_cnn at 32x32x3, batch 128";
    p.convolution(cnn, square(128, 32, 3, 32, 3, 1), 1, true);
    p.pooling(cnn, square(128, 32, 32, 32, 2, 2), PoolKind::max);
    p.convolution(cnn, square(128, 16, 32, 64, 3, 1), 1);
    p.pooling(cnn, square(128, 16, 64, 64, 2, 2), PoolKind::max);
    p.dense(cnn, 128, 4096, 128);
    p.dense(cnn, 128, 128, 10);
    const std::string resnet20 = "resnet20 at 32x32x3, batch 128";
    p.convolution(resnet20, square(128, 32, 3, 16, 3, 1), 1, true);
    p.convolution(resnet20, square(128, 32, 16, 16, 3, 1), 6);
    p.convolution(resnet20, square(128, 32, 16, 32, 3, 2), 1);
    p.convolution(resnet20, square(128, 32, 16, 32, 1, 2), 1);
    p.convolution(resnet20, square(128, 16, 32, 32, 3, 1), 5);
    p.convolution(resnet20, square(128, 16, 32, 64, 3, 2), 1);
    p.convolution(resnet20, square(128, 16, 32, 64, 1, 2), 1);
    p.convolution(resnet20, square(128, 8, 64, 64, 3, 1), 5);
    p.pooling(resnet20, square(128, 8, 64, 64, 8, 8), PoolKind::average);
    const std::string resnet18 = "resnet18 at 64x64x3, batch 32";
    p.convolution(resnet18, square(32, 64, 3, 64, 3, 1), 1, true);
    p.convolution(resnet18, square(32, 64, 64, 64, 3, 1), 4);
    p.convolution(resnet18, square(32, 64, 64, 128, 3, 2), 1);
    p.convolution(resnet18, square(32, 64, 64, 128, 1, 2), 1);
    p.convolution(resnet18, square(32, 32, 128, 128, 3, 1), 3);
    p.convolution(resnet18, square(32, 32, 128, 256, 3, 2), 1);
    p.convolution(resnet18, square(32, 32, 128, 256, 1, 2), 1);
    p.convolution(resnet18, square(32, 16, 256, 256, 3, 1), 3);
    p.convolution(resnet18, square(32, 16, 256, 512, 3, 2), 1);
    p.convolution(resnet18, square(32, 16, 256, 512, 1, 2), 1);
    p.convolution(resnet18, square(32, 8, 512, 512, 3, 1), 3);
    p.pooling(resnet18, square(32, 8, 512, 512, 8, 8), PoolKind::average);
    const std::string depthwise = "depthwise, batch 32";
    p.convolution(depthwise, square(32, 32, 96, 96, 3, 1, 96), 1);
    p.convolution(depthwise, square(32, 32, 96, 96, 3, 2, 96), 1);
    return std::move(p.list);
}

struct Measurement {
    double seconds;  ///< best of several rounds: what the machine can do when nobody disturbs it
    OpCost cost;
};

Result<Measurement> measure(Device& device, const Problem& problem) {
    Values values(device);
    const auto recorder = device.record();
    const OpCost cost = problem.use(values, *recorder);
    TRY_OK(values.status());
    TRY(const auto recording, recorder->finish());
    const Recording* list[] = {recording.get()};
    using Clock = std::chrono::steady_clock;
    const auto enough = Clock::now() + std::chrono::milliseconds(300);
    double best = 1e9;
    for (int round = 0; round < 5 || Clock::now() < enough; ++round) {
        const auto start = Clock::now();
        TRY(const Ticket ticket, device.submit(list));
        TRY_OK(device.wait(ticket));
        best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
    }
    return Measurement{best, cost};
}

}  // namespace

int main(int argc, char** argv) {
    auto device = openDevice(argc > 1 ? argv[1] : "auto");
    if (!device) {
        std::fprintf(stderr, "bench_ops: %s\n", device.error().message.c_str());
        return 1;
    }
    std::printf("%s (%s)\n", (*device)->info().name.c_str(), (*device)->info().driver.c_str());
    std::string network;
    double total = 0;
    const auto printTotal = [&] {
        if (!network.empty()) std::printf("  %-58s %25.3f ms\n\n", "all of a training step", total * 1e3);
        total = 0;
    };
    for (const Problem& problem : problems()) {
        if (argc > 2 && !problem.network.starts_with(argv[2])) continue;
        if (problem.network != network) {
            printTotal();
            network = problem.network;
            std::printf("%s\n  %-58s %5s %8s %10s %8s\n", network.c_str(), "", "times", "ms", "GFLOP/s", "GB/s");
        }
        const auto result = measure(**device, problem);
        if (!result) {
            std::fprintf(stderr, "bench_ops: %s\n", result.error().message.c_str());
            return 1;
        }
        total += result->seconds * static_cast<double>(problem.times);
        std::printf("  %-14s %-43s %5d %8.3f %10.1f %8.1f\n", problem.op.c_str(), problem.what.c_str(),
                    int(problem.times), result->seconds * 1e3, 2e-9 * result->cost.multiplyAdds / result->seconds,
                    1e-9 * result->cost.bytes / result->seconds);
        std::fflush(stdout);
    }
    printTotal();
}
