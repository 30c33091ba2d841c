#include "model/train/tensorboard.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <span>

#include "model/crc32c.h"
#include "model/files.h"

namespace lemnos {
namespace {

using google::protobuf::io::CodedOutputStream;

// How a field's value is written, as its tag says it; google/protobuf keeps its own names for these to itself.
constexpr std::uint32_t varintKind = 0, fixed64Kind = 1, bytesKind = 2, fixed32Kind = 5;

/// A message, by what `write` puts into it.
template <class Write>
std::string message(const Write& write) {
    std::string bytes;
    {
        google::protobuf::io::StringOutputStream stream(&bytes);
        CodedOutputStream out(&stream);
        write(out);
    }
    return bytes;
}

void putTag(CodedOutputStream& out, std::uint32_t field, std::uint32_t kind) {
    out.WriteTag(field << 3 | kind);
}

void putBytes(CodedOutputStream& out, std::uint32_t field, std::string_view bytes) {
    putTag(out, field, bytesKind);
    out.WriteVarint64(bytes.size());
    out.WriteRaw(bytes.data(), static_cast<int>(bytes.size()));
}

/// Event.wall_time.
void putTime(CodedOutputStream& out, double time) {
    putTag(out, 1, fixed64Kind);
    out.WriteLittleEndian64(std::bit_cast<std::uint64_t>(time));
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
    const std::string scalar = message([&](CodedOutputStream& out) {  // Summary.Value: tag, simple_value
        putBytes(out, 1, tag);
        putTag(out, 2, fixed32Kind);
        out.WriteLittleEndian32(std::bit_cast<std::uint32_t>(static_cast<float>(value)));
    });
    const std::string summary = message([&](CodedOutputStream& out) { putBytes(out, 1, scalar); });  // Summary: value
    return message([&](CodedOutputStream& out) {  // Event: wall_time, step, summary
        putTime(out, time);
        putTag(out, 2, varintKind);
        out.WriteVarint64(static_cast<std::uint64_t>(step));
        putBytes(out, 5, summary);
    });
}

std::string tfRecord(std::string_view bytes) {
    const std::string length =
        message([&](CodedOutputStream& out) { out.WriteLittleEndian64(static_cast<std::uint64_t>(bytes.size())); });
    return message([&](CodedOutputStream& out) {
        out.WriteString(length);
        out.WriteLittleEndian32(maskedCrc(length));
        out.WriteRaw(bytes.data(), static_cast<int>(bytes.size()));
        out.WriteLittleEndian32(maskedCrc(bytes));
    });
}

Result<TensorBoardFiles> TensorBoardFiles::create(const std::filesystem::path& folder, double time,
                                                  const std::string& name) {
    // The first record says which format the others have.
    const std::string version = message([&](CodedOutputStream& out) {
        putTime(out, time);
        putBytes(out, 3, "brain.Event:2");
    });
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
    if (epoch->validation.count == 0) return {};
    std::string records = scalars(epoch->epoch, "epoch", epoch->validation);
    if (epoch->validation.macroF1)
        records += scalarRecord(event.time, epoch->epoch, "epoch_macro_f1", *epoch->validation.macroF1);
    return write(m_validation, records);
}

}  // namespace lemnos
