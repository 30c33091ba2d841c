#include "model/train/tensorboard.h"

#include <bit>
#include <cerrno>
#include <cstring>
#include <span>

#include "model/crc32c.h"
#include "model/files.h"

namespace lemnos {
namespace {

// The wire format of protocol buffers, as far as an Event needs it. A field is its number and kind, then its value.
enum class Wire : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

void putVarint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
    out += static_cast<char>(value);
}

void putKey(std::string& out, unsigned field, Wire wire) {
    putVarint(out, (field << 3) | static_cast<unsigned>(wire));
}

template <class Unsigned>
void putFixed(std::string& out, Unsigned value) {
    for (std::size_t i = 0; i < sizeof value; ++i) out += static_cast<char>(value >> (8 * i));
}

void putBytes(std::string& out, unsigned field, std::string_view bytes) {
    putKey(out, field, Wire::bytes);
    putVarint(out, bytes.size());
    out += bytes;
}

/// Event.wall_time.
std::string eventAt(double time) {
    std::string event;
    putKey(event, 1, Wire::fixed64);
    putFixed(event, std::bit_cast<std::uint64_t>(time));
    return event;
}

/// TFRecord masks its checksums, so that a checksum of data that hold checksums stays a good one.
std::uint32_t maskedCrc(std::string_view bytes) {
    const std::uint32_t crc = crc32c(std::as_bytes(std::span(bytes)));
    return std::rotr(crc, 15) + 0xa282ead8u;
}

Error cannotWrite(const std::filesystem::path& file) {
    return Error{
        "The files for TensorBoard can't be written to " + displayPath(file) + " (" + std::strerror(errno) + ").",
        displayPath(file)};
}

std::string scalarRecord(double time, std::int64_t step, std::string_view tag, double value) {
    return tfRecord(tensorBoardScalar(time, step, tag, value));
}

}  // namespace

std::string tensorBoardScalar(double time, std::int64_t step, std::string_view tag, double value) {
    std::string scalar;  // Summary.Value: tag, simple_value
    putBytes(scalar, 1, tag);
    putKey(scalar, 2, Wire::fixed32);
    putFixed(scalar, std::bit_cast<std::uint32_t>(static_cast<float>(value)));
    std::string summary;  // Summary: value
    putBytes(summary, 1, scalar);
    std::string event = eventAt(time);  // Event: step, summary
    putKey(event, 2, Wire::varint);
    putVarint(event, static_cast<std::uint64_t>(step));
    putBytes(event, 5, summary);
    return event;
}

std::string tfRecord(std::string_view bytes) {
    std::string record;
    putFixed(record, static_cast<std::uint64_t>(bytes.size()));
    putFixed(record, maskedCrc(record));
    record += bytes;
    putFixed(record, maskedCrc(bytes));
    return record;
}

Result<TensorBoardFiles> TensorBoardFiles::create(const std::filesystem::path& folder, double time,
                                                  const std::string& name) {
    // The first record says which format the others have.
    std::string version = eventAt(time);
    putBytes(version, 3, "brain.Event:2");
    File files[2];
    const char* parts[] = {"train", "validation"};
    for (int i = 0; i < 2; ++i) {
        const auto file = folder / parts[i] / ("events.out.tfevents." + name);
        std::error_code code;
        std::filesystem::create_directories(file.parent_path(), code);
        files[i].reset(std::fopen(file.c_str(), "wb"));
        if (!files[i]) return cannotWrite(file);
    }
    TensorBoardFiles result(folder, std::move(files[0]), std::move(files[1]));
    TRY_OK(result.write(result.m_train, tfRecord(version)));
    TRY_OK(result.write(result.m_validation, tfRecord(version)));
    return result;
}

Status TensorBoardFiles::write(const File& file, const std::string& records) const {
    if (std::fwrite(records.data(), 1, records.size(), file.get()) != records.size() || std::fflush(file.get()) != 0)
        return cannotWrite(m_folder);
    return {};
}

Status TensorBoardFiles::add(const Event& event) {
    const auto scalars = [&](std::int64_t step, const char* prefix, const Metrics& metrics) {
        return scalarRecord(event.time, step, std::string(prefix) + "_loss", metrics.loss) +
               scalarRecord(event.time, step, std::string(prefix) + "_accuracy", metrics.accuracy);
    };
    if (const auto* progress = std::get_if<ProgressEvent>(&event.what)) {
        const std::int64_t step = (progress->epoch - 1) * progress->steps + progress->step;
        return write(m_train, scalars(step, "batch", progress->train) +
                                  scalarRecord(event.time, step, "batch_learning_rate", progress->learningRate));
    }
    const auto* epoch = std::get_if<EpochEvent>(&event.what);
    if (!epoch) return {};
    TRY_OK(write(m_train, scalars(epoch->epoch, "epoch", epoch->train) +
                              scalarRecord(event.time, epoch->epoch, "epoch_learning_rate", epoch->learningRate)));
    return epoch->validation.count > 0 ? write(m_validation, scalars(epoch->epoch, "epoch", epoch->validation))
                                       : Status();
}

}  // namespace lemnos
