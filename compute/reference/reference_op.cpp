#include "compute/reference/reference_op.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "compute/half.h"
#include "compute/random.h"

namespace lemnos {
namespace {

/// What must not be seen in a result.
constexpr float rubbish = 7.0f;

/// The numbers of stream `stream`, evenly from [0, 1), exact in single precision.
std::vector<float> evenlyFromZeroToOne(std::size_t count, std::uint32_t stream) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto bits = philox(0x5e1f7e57, {static_cast<std::uint32_t>(i / 4), stream, 0, 0});
        values[i] = static_cast<float>(bits[i % 4] >> 12) / (1 << 20);
    }
    return values;
}

/// A result rounded to half precision may be rounded the other way than the definition's: one place in the last digit.
constexpr double halfTolerance = 0x1p-10;

Result<std::vector<float>> read(Device& device, const Tensor& tensor) {
    std::vector<float> values(static_cast<std::size_t>(tensor.rows * tensor.stride));
    if (tensor.type != ElementType::float16) {
        TRY_OK(device.download(*tensor.buffer, tensor.offsetBytes, std::as_writable_bytes(std::span(values))));
        return values;
    }
    std::vector<std::uint16_t> halves(values.size());
    TRY_OK(device.download(*tensor.buffer, tensor.offsetBytes, std::as_writable_bytes(std::span(halves))));
    std::ranges::transform(halves, values.begin(), floatFromHalf);
    return values;
}

/// The results of an example on one device, padding included.
struct Outcome {
    std::vector<Tensor> tensors;
    std::vector<std::vector<float>> values;
};

Result<Outcome> runOn(const OpExample& example, Device& device, ElementType type) {
    const auto recorder = device.record();
    OpTrial trial(device, *recorder, type);
    example.record(trial);
    TRY_OK(trial.status());
    TRY(const auto recording, recorder->finish());
    const Recording* list[] = {recording.get()};
    TRY(const Ticket ticket, device.submit(list));
    TRY_OK(device.wait(ticket));
    Outcome outcome{trial.results(), {}};
    for (const Tensor& tensor : outcome.tensors) {
        TRY(auto values, read(device, tensor));
        outcome.values.push_back(std::move(values));
    }
    return outcome;
}

void compareTensor(const Tensor& tensor, const std::vector<float>& values, const std::vector<float>& expected,
                   OpComparison& result) {
    double largest = 1;
    for (const float v : expected) largest = std::max(largest, std::abs(double(v)));
    for (std::int64_t i = 0; i < tensor.rows * tensor.stride; ++i) {
        const float value = values[static_cast<std::size_t>(i)];
        if (tensor.type == ElementType::uint32) {
            if (std::bit_cast<std::uint32_t>(value) !=
                std::bit_cast<std::uint32_t>(expected[static_cast<std::size_t>(i)]))
                result.difference = std::numeric_limits<double>::infinity();
            continue;
        }
        if (i % tensor.stride >= tensor.columns) {
            result.paddingIsZero = result.paddingIsZero && value == 0;
            continue;
        }
        const double difference = std::abs(double(value) - double(expected[static_cast<std::size_t>(i)])) / largest;
        result.difference = std::isfinite(difference) ? std::max(result.difference, difference)
                                                      : std::numeric_limits<double>::infinity();
    }
}

}  // namespace

Tensor OpTrial::filled(std::int64_t rows, std::int64_t columns, const std::vector<float>& values, ElementType type) {
    std::vector<std::uint16_t> halves;
    if (type == ElementType::float16) std::ranges::transform(values, std::back_inserter(halves), halfFromFloat);
    const auto bytes = halves.empty() ? std::as_bytes(std::span(values)) : std::as_bytes(std::span(halves));
    auto buffer = m_device.allocate(static_cast<std::int64_t>(bytes.size()), Memory::device);
    if (buffer) {
        m_status = m_device.upload(**buffer, 0, bytes);
        m_buffers.push_back(*std::move(buffer));
    } else {
        m_status = buffer.error();
    }
    if (!m_status) return {};
    return matrix(*m_buffers.back(), 0, rows, columns, type);
}

std::vector<float> OpTrial::evenly(std::int64_t rows, std::int64_t columns, double low, double high,
                                   std::int64_t period, std::int64_t used) {
    const std::vector<float> dense = evenlyFromZeroToOne(static_cast<std::size_t>(rows * columns), m_stream++);
    std::vector<float> padded(static_cast<std::size_t>(rows * roundUp4(columns)), 0.0f);
    for (std::int64_t i = 0; i < rows * columns; ++i) {
        if (i / columns % period >= used) continue;
        padded[static_cast<std::size_t>(i / columns * roundUp4(columns) + i % columns)] =
            static_cast<float>(low + (high - low) * dense[static_cast<std::size_t>(i)]);
    }
    return padded;
}

Tensor OpTrial::values(std::int64_t rows, std::int64_t columns, double low, double high) {
    return filled(rows, columns, evenly(rows, columns, low, high), m_type);
}

Tensor OpTrial::parameters(std::int64_t rows, std::int64_t columns, double low, double high) {
    return filled(rows, columns, evenly(rows, columns, low, high));
}

Tensor OpTrial::convWeights(const ConvGeometry& g, double low, double high) {
    return filled(g.weightRows(), g.outChannels,
                  evenly(g.weightRows(), g.outChannels, low, high, g.weightRowsPerTap(), g.groupChannels()));
}

Tensor OpTrial::words(const std::vector<std::uint32_t>& words) {
    std::vector<float> bits(words.size());
    std::memcpy(bits.data(), words.data(), words.size() * 4);
    Tensor tensor = filled(1, static_cast<std::int64_t>(words.size()), bits);
    tensor.stride = tensor.columns;
    tensor.type = ElementType::uint32;
    return tensor;
}

Tensor OpTrial::bytes(std::int64_t count) {
    const std::int64_t words = (count + 3) / 4 + 1;
    std::vector<std::uint32_t> bits;
    for (std::int64_t i = 0; i < words; ++i)
        bits.push_back(philox(0xb17e5, {static_cast<std::uint32_t>(i), m_stream, 0, 0})[0]);
    ++m_stream;
    Tensor tensor = this->words(bits);
    tensor.columns = tensor.stride = words * 4;
    tensor.type = ElementType::uint8;
    return tensor;
}

Tensor OpTrial::scalars(const StepScalars& scalars) {
    std::vector<std::uint32_t> words(stepScalarColumns);
    std::memcpy(words.data(), &scalars, sizeof scalars);
    return this->words(words);
}

Tensor OpTrial::changedScalars(const StepScalars& scalars) {
    m_results.push_back(this->scalars(scalars));
    return m_results.back();
}

Tensor OpTrial::result(std::int64_t rows, std::int64_t columns) {
    m_results.push_back(
        filled(rows, columns, std::vector<float>(static_cast<std::size_t>(rows * roundUp4(columns)), rubbish), m_type));
    return m_results.back();
}

Tensor OpTrial::parameterResult(std::int64_t rows, std::int64_t columns) {
    m_results.push_back(
        filled(rows, columns, std::vector<float>(static_cast<std::size_t>(rows * roundUp4(columns)), rubbish)));
    return m_results.back();
}

Tensor OpTrial::changed(std::int64_t rows, std::int64_t columns, double low, double high) {
    m_results.push_back(values(rows, columns, low, high));
    return m_results.back();
}

Tensor OpTrial::changedParameters(std::int64_t rows, std::int64_t columns, double low, double high) {
    m_results.push_back(parameters(rows, columns, low, high));
    return m_results.back();
}

Tensor OpTrial::changedConvWeights(const ConvGeometry& g) {
    m_results.push_back(convWeights(g));
    return m_results.back();
}

std::unique_ptr<Device> openReferenceDevice() {
    static const std::vector<const HostOp*> ops = [] {
        std::vector<const HostOp*> list;
        for (const ReferenceOp* op : referenceOps()) list.push_back(&op->op);
        return list;
    }();
    DeviceInfo info;
    info.id = "reference";
    info.name = "Reference";
    info.driver = "plain loops in double precision";
    info.kind = DeviceKind::processor;
    info.float16 = true;
    return std::make_unique<HostDevice>(info, ops, DeviceOptions{});
}

Result<OpComparison> compare(const ReferenceOp& op, const OpExample& example, Device& device, Device& reference,
                             ElementType type) {
    TRY(const Outcome expected, runOn(example, reference, type));
    TRY(const Outcome outcome, runOn(example, device, type));
    OpComparison result{op.name, example.name, 0, example.tolerance, true};
    if (type == ElementType::float16) {
        result.example += ", half precision";
        result.tolerance = std::max(result.tolerance, halfTolerance);
    }
    for (std::size_t i = 0; i < outcome.tensors.size(); ++i)
        compareTensor(outcome.tensors[i], outcome.values[i], expected.values[i], result);
    return result;
}

}  // namespace lemnos
