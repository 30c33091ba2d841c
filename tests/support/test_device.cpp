#include "tests/support/test_device.h"

#include <QTest>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <span>
#include <string>

#include "compute/cpu/cpu_device.h"
#include "compute/reference/reference_op.h"

namespace lemnos {
namespace {

[[noreturn]] void fail(const Error& error) {
    qFatal("%s", error.message.c_str());
    std::abort();
}

template <class T>
T must(Result<T> result) {
    if (!result) fail(result.error());
    return *std::move(result);
}

void must(const Status& status) {
    if (!status) fail(status.error());
}

std::string softwareDevice() {
    for (const DeviceInfo& info : must(listDevices())) {
        if (info.kind == DeviceKind::softwareGpu) return info.id;
    }
    fail(Error{"Software Vulkan (Debian package mesa-vulkan-drivers) is not installed."});
}

}  // namespace

const char* nameOf(TestBody body) {
    constexpr const char* names[] = {"lane", "tiled", "cpu", "reference", "matrices"};
    return names[static_cast<int>(body)];
}

std::unique_ptr<Device> openTestDevice(TestBody body, DeviceOptions options) {
    if (body == TestBody::cpu) return openCpuDevice(options);
    if (body == TestBody::reference) return openReferenceDevice();
    const char* wanted = std::getenv("LEMNOS_TEST_DEVICE");
    options.validate = true;
    using Kernels = DeviceOptions::Kernels;
    options.kernels = body == TestBody::lane    ? Kernels::lane
                      : body == TestBody::tiled ? Kernels::tiled
                                                : Kernels::matrices;
    return must(openDevice(wanted ? wanted : softwareDevice(), options));
}

void addTestBodies() {
    QTest::addColumn<int>("body");
    for (const TestBody body : {TestBody::lane, TestBody::tiled, TestBody::cpu, TestBody::reference})
        QTest::newRow(nameOf(body)) << int(body);
}

DeviceMatrix makeMatrix(Device& device, std::int64_t rows, std::int64_t columns, const std::vector<double>& values,
                        float padding) {
    DeviceMatrix result;
    result.buffer = must(device.allocate(rows * roundUp4(columns) * 4, Memory::device));
    result.tensor = matrix(*result.buffer, 0, rows, columns);
    std::vector<float> padded(static_cast<std::size_t>(rows * roundUp4(columns)), padding);
    for (std::int64_t i = 0; i < rows * columns && !values.empty(); ++i)
        padded[static_cast<std::size_t>(i / columns * roundUp4(columns) + i % columns)] =
            static_cast<float>(values[static_cast<std::size_t>(i)]);
    must(device.upload(*result.buffer, 0, std::as_bytes(std::span(padded))));
    return result;
}

DeviceMatrix makeWords(Device& device, const std::vector<std::uint32_t>& words) {
    DeviceMatrix result;
    const auto count = static_cast<std::int64_t>(words.size());
    result.buffer = must(device.allocate(count * 4, Memory::device));
    result.tensor = {result.buffer.get(), 0, 1, count, count, ElementType::uint32};
    must(device.upload(*result.buffer, 0, std::as_bytes(std::span(words))));
    return result;
}

namespace {

std::vector<float> readAll(Device& device, const DeviceMatrix& matrix) {
    std::vector<float> padded(static_cast<std::size_t>(matrix.tensor.rows * matrix.tensor.stride));
    must(device.download(*matrix.buffer, 0, std::as_writable_bytes(std::span(padded))));
    return padded;
}

}  // namespace

std::vector<double> readMatrix(Device& device, const DeviceMatrix& matrix) {
    const std::vector<float> padded = readAll(device, matrix);
    std::vector<double> values;
    for (std::int64_t i = 0; i < matrix.tensor.rows * matrix.tensor.columns; ++i)
        values.push_back(padded[static_cast<std::size_t>(i / matrix.tensor.columns * matrix.tensor.stride +
                                                         i % matrix.tensor.columns)]);
    return values;
}

std::vector<float> readPadding(Device& device, const DeviceMatrix& matrix) {
    const std::vector<float> padded = readAll(device, matrix);
    std::vector<float> values;
    for (std::int64_t i = 0; i < matrix.tensor.rows; ++i)
        for (std::int64_t j = matrix.tensor.columns; j < matrix.tensor.stride; ++j)
            values.push_back(padded[static_cast<std::size_t>(i * matrix.tensor.stride + j)]);
    return values;
}

void runOps(Device& device, const std::function<void(Recorder&)>& record) {
    const auto recorder = device.record();
    record(*recorder);
    const auto recording = must(recorder->finish());
    const Recording* list[] = {recording.get()};
    must(device.wait(must(device.submit(list))));
}

std::vector<double> randomValues(std::int64_t count, std::uint32_t seed) {
    // Dyadic fractions, the same on every platform and exact in float.
    std::mt19937 random(seed);
    std::vector<double> values(static_cast<std::size_t>(count));
    for (double& value : values) value = static_cast<double>(random() >> 12) / (1 << 19) - 1.0;
    return values;
}

double largestDifference(const std::vector<double>& a, const std::vector<double>& b) {
    constexpr double infinite = std::numeric_limits<double>::infinity();
    if (a.size() != b.size()) return infinite;
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = std::abs(a[i] - b[i]) / std::max(1.0, std::abs(b[i]));
        if (!std::isfinite(difference)) return infinite;
        largest = std::max(largest, difference);
    }
    return largest;
}

}  // namespace lemnos
