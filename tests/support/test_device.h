// Devices and matrices for tests of ops, layers and networks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "compute/device.h"

namespace lemnos {

/// What ops run on in tests: the two bodies of the shaders, the processor, the definition in plain loops, and the tiled
/// body with cooperative matrices, which are emulated where there are none.
enum class TestBody { lane, tiled, cpu, reference, matrices };

/// "lane", ...
const char* nameOf(TestBody body);

/// The Vulkan bodies run with the validation layer on, on software Vulkan or the device named by LEMNOS_TEST_DEVICE.
/// Aborts the test program when there is none, for then nothing can be tested.
std::unique_ptr<Device> openTestDevice(TestBody body = TestBody::lane, DeviceOptions options = {});

/// For the _data functions of tests that run on every body: a column "body" with a row each.
void addTestBodies();

/// A float matrix on a device, filled from plain row-major values.
struct DeviceMatrix {
    std::unique_ptr<Buffer> buffer;
    Tensor tensor;
};

/// Padding is zero, as ops demand, unless `padding` says otherwise.
DeviceMatrix makeMatrix(Device& device, std::int64_t rows, std::int64_t columns, const std::vector<double>& values = {},
                        float padding = 0);
/// A row of 32-bit words.
DeviceMatrix makeWords(Device& device, const std::vector<std::uint32_t>& words);

/// Row-major values without padding.
std::vector<double> readMatrix(Device& device, const DeviceMatrix& matrix);
/// The elements behind each row's columns.
std::vector<float> readPadding(Device& device, const DeviceMatrix& matrix);

/// Records with `record`, submits, waits. Any error fails the test program with its message.
void runOps(Device& device, const std::function<void(Recorder&)>& record);

/// Reproducible values, evenly from [-1, 1).
std::vector<double> randomValues(std::int64_t count, std::uint32_t seed);

/// Largest |a - b| / max(1, |b|); infinite when the sizes differ or something is not a number.
double largestDifference(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace lemnos
