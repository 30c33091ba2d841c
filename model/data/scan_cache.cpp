// The cache file: a header, then one line for each file.
#include "model/data/scan_cache.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include "model/data/hash.h"
#include "model/files.h"

namespace lemnos {

namespace {

/// To be raised when other files can be decoded, or reasons change.
constexpr std::string_view cacheHeader = "lemnos-scan\t1\t";

template <class T>
bool parseWhole(std::string_view text, T& value) {
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    return code == std::errc{} && end == text.data() + text.size();
}

std::optional<ScanRecord> recordFromLine(std::string_view line) {
    const std::vector<std::string_view> fields = parted(line, '\t');
    if (fields.size() != 7) return std::nullopt;
    ScanRecord record;
    int grey = 0;
    const bool numbers = parseWhole(fields[1], record.stamp.sizeBytes) &&
                         parseWhole(fields[2], record.stamp.modified) && parseWhole(fields[3], record.facts.width) &&
                         parseWhole(fields[4], record.facts.height) && parseWhole(fields[5], grey);
    const auto path = unescaped(fields[0]);
    const auto reason = unescaped(fields[6]);
    if (!numbers || !path || !reason) return std::nullopt;
    if (reason->empty() && (record.facts.width < 1 || record.facts.height < 1)) return std::nullopt;
    record.path = *path;
    record.facts.grey = grey != 0;
    record.facts.reason = *reason;
    return record;
}

std::string toLine(const ScanRecord& record) {
    return escaped(record.path) + '\t' + std::to_string(record.stamp.sizeBytes) + '\t' +
           std::to_string(record.stamp.modified) + '\t' + std::to_string(record.facts.width) + '\t' +
           std::to_string(record.facts.height) + '\t' + (record.facts.grey ? '1' : '0') + '\t' +
           escaped(record.facts.reason) + '\n';
}

std::string hexadecimal(std::uint64_t value) {
    char digits[16];
    const auto [end, code] = std::to_chars(digits, digits + sizeof digits, value, 16);
    return {digits, end};
}

}  // namespace

ScanCache::ScanCache(const std::filesystem::path& cacheFolder, const std::filesystem::path& root) {
    if (cacheFolder.empty()) return;
    std::error_code code;
    const std::filesystem::path canonical = std::filesystem::canonical(root, code);
    m_root = (code ? root : canonical).native();
    m_file = cacheFolder / ("scan-" + hexadecimal(fnv1a(m_root)) + ".tsv");
    const auto text = readFile(m_file);
    if (!text) return;
    std::string_view rest = *text;
    const std::string header = std::string(cacheHeader) + escaped(m_root) + '\n';
    if (!rest.starts_with(header)) return;
    rest.remove_prefix(header.size());
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        auto record = end == rest.npos ? std::nullopt : recordFromLine(rest.substr(0, end));
        if (!record) {
            m_records.clear();
            return;
        }
        rest.remove_prefix(end + 1);
        m_records.insert_or_assign(record->path, *record);
    }
}

const FileFacts* ScanCache::find(const std::string& path, const FileStamp& stamp) const {
    const auto found = m_records.find(path);
    return found != m_records.end() && found->second.stamp == stamp ? &found->second.facts : nullptr;
}

void ScanCache::save(const std::vector<ScanRecord>& records) const {
    if (m_file.empty()) return;
    const auto known = [&](const ScanRecord& record) { return find(record.path, record.stamp) != nullptr; };
    if (records.size() == m_records.size() && std::ranges::all_of(records, known)) return;
    std::string text = std::string(cacheHeader) + escaped(m_root) + '\n';
    for (const ScanRecord& record : records) text += toLine(record);
    std::error_code code;
    std::filesystem::create_directories(m_file.parent_path(), code);
    static_cast<void>(writeAtomically(m_file, text));
}

}  // namespace lemnos
