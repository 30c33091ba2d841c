// Reading and writing safetensors files.
//
// A file is: the length of the header (8 bytes, little-endian), the header (JSON, padded with spaces to a multiple of
// 8), then the tensors' bytes. The header maps names to {"dtype", "shape", "data_offsets": [begin, end]}; the tensors
// cover the rest of the file without gap or overlap.
#include "model/exchange/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "compute/result.h"
#include "model/files.h"

namespace lemnos {

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian; swap bytes here");

namespace {

using nlohmann::json;

constexpr std::size_t lengthBytes = 8;
// Far more than any network's names take; what a hostile file may make us parse.
constexpr std::uint64_t maxHeaderBytes = std::uint64_t{16} << 20;
// A terabyte of floats: what keeps every product below from overflowing.
constexpr std::uint64_t maxElements = std::uint64_t{1} << 38;
constexpr std::string_view metadataKey = "__metadata__";

/// Where one tensor lies in the file.
struct Entry {
    std::string name;
    std::vector<std::int64_t> dims;
    std::uint64_t begin = 0, end = 0;
};

Error damaged(const std::string& why) {
    return {"The weights file is damaged: " + why + ".", {}};
}

bool toCount(const json& value, std::uint64_t& count) {
    if (!value.is_number_unsigned()) return false;
    count = value.get<std::uint64_t>();
    return count <= std::uint64_t{INT64_MAX};
}

/// JSON with any key twice in one object is refused: which one counts would be a matter of taste.
Result<json> parseHeader(std::string_view text) {
    std::vector<std::set<std::string>> keys;
    std::string twice;
    const auto watch = [&](int, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::object_start) keys.emplace_back();
        if (event == json::parse_event_t::object_end) keys.pop_back();
        if (event == json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second) {
            twice = parsed.get<std::string>();
        }
        return true;
    };
    json header = json::parse(text, watch, false);
    if (header.is_discarded() || !header.is_object()) return damaged("its header is not a JSON object");
    if (!twice.empty()) return damaged("its header has \"" + twice + "\" twice");
    return header;
}

Result<Entry> parseEntry(const std::string& name, const json& value) {
    const auto bad = [&](const std::string& why) { return damaged("tensor '" + name + "' " + why); };
    if (!value.is_object()) return bad("has no description");
    const json dtype = value.value("dtype", json());
    const json shape = value.value("shape", json());
    const json offsets = value.value("data_offsets", json());
    if (!dtype.is_string()) return bad("has no element type");
    if (dtype != "F32") {
        return Error{"Tensor '" + name + "' holds elements of type " + dtype.get<std::string>() +
                         "; only F32 can be read. Convert the file to 32-bit floats first.",
                     name};
    }
    if (!shape.is_array() || shape.size() > 16) return bad("has no usable shape");
    Entry entry{name, {}, 0, 0};
    std::uint64_t elements = 1;
    for (const json& extent : shape) {
        std::uint64_t count = 0;
        if (!toCount(extent, count)) return bad("has an extent that is not a whole number");
        if (count > 0 && elements > maxElements / count) return bad("is too large");
        elements *= count;
        entry.dims.push_back(static_cast<std::int64_t>(count));
    }
    if (!offsets.is_array() || offsets.size() != 2 || !toCount(offsets[0], entry.begin) ||
        !toCount(offsets[1], entry.end) || entry.begin > entry.end) {
        return bad("has unusable offsets");
    }
    if (entry.end - entry.begin != elements * sizeof(float)) return bad("has a size that does not fit its shape");
    return entry;
}

}  // namespace

const NamedTensor* TensorFile::find(std::string_view name) const {
    const auto found =
        std::find_if(tensors.begin(), tensors.end(), [&](const NamedTensor& t) { return t.name == name; });
    return found == tensors.end() ? nullptr : &*found;
}

std::string toSafetensors(const TensorFile& file) {
    json header = json::object();
    if (!file.metadata.empty()) header[metadataKey] = file.metadata;
    std::uint64_t offset = 0;
    for (const NamedTensor& tensor : file.tensors) {
        const std::uint64_t end = offset + tensor.values.size() * sizeof(float);
        header[tensor.name] = {{"dtype", "F32"}, {"shape", tensor.dims}, {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::string text = header.dump(-1, ' ', false, json::error_handler_t::replace);
    text.append((8 - text.size() % 8) % 8, ' ');

    std::string bytes;
    bytes.reserve(lengthBytes + text.size() + offset);
    const std::uint64_t headerBytes = text.size();
    bytes.append(reinterpret_cast<const char*>(&headerBytes), lengthBytes);
    bytes += text;
    for (const NamedTensor& tensor : file.tensors) {
        bytes.append(reinterpret_cast<const char*>(tensor.values.data()), tensor.values.size() * sizeof(float));
    }
    return bytes;
}

Result<TensorFile> parseSafetensors(std::string_view bytes) {
    if (bytes.size() < lengthBytes) return damaged("it is shorter than its first number");
    std::uint64_t headerBytes = 0;
    std::memcpy(&headerBytes, bytes.data(), lengthBytes);
    if (headerBytes > maxHeaderBytes || headerBytes > bytes.size() - lengthBytes) {
        return damaged("its header is longer than the file or than 16 MiB");
    }
    TRY(const json header, parseHeader(bytes.substr(lengthBytes, headerBytes)));
    const std::string_view data = bytes.substr(lengthBytes + headerBytes);

    TensorFile file;
    std::vector<Entry> entries;
    for (const auto& [name, value] : header.items()) {
        if (name != metadataKey) {
            TRY(Entry entry, parseEntry(name, value));
            entries.push_back(std::move(entry));
            continue;
        }
        if (!value.is_object()) return damaged("its metadata is not a JSON object");
        for (const auto& [key, text] : value.items()) {
            if (!text.is_string()) return damaged("its metadata '" + key + "' is not a text");
            file.metadata[key] = text.get<std::string>();
        }
    }

    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t covered = 0;
    for (const Entry& entry : entries) {
        if (entry.begin < covered) return damaged("tensor '" + entry.name + "' overlaps another one");
        if (entry.begin > covered) return damaged("there is a gap before tensor '" + entry.name + "'");
        covered = entry.end;
    }
    if (covered != data.size()) {
        return damaged("its tensors need " + std::to_string(covered) + " bytes and it holds " +
                       std::to_string(data.size()));
    }
    for (Entry& entry : entries) {
        std::vector<float> values((entry.end - entry.begin) / sizeof(float));
        if (!values.empty()) std::memcpy(values.data(), data.data() + entry.begin, values.size() * sizeof(float));
        file.tensors.push_back({std::move(entry.name), std::move(entry.dims), std::move(values)});
    }
    return file;
}

Status writeSafetensors(const std::filesystem::path& path, const TensorFile& file) {
    return writeAtomically(path, toSafetensors(file));
}

Result<TensorFile> readSafetensors(const std::filesystem::path& path) {
    TRY(const std::string bytes, readFile(path));
    Result<TensorFile> file = parseSafetensors(bytes);
    if (!file) return Error{displayPath(path.filename()) + ": " + file.error().message, file.error().where};
    return file;
}

}  // namespace lemnos
