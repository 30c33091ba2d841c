// The cache file: a header with a checksum, then one line for each file.
#include "model/data/scan_cache.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstring>
#include <mutex>
#include <nlohmann/json.hpp>
#include <system_error>

#include "model/data/hash.h"
#include "model/files.h"
#include "model/phrase_json.h"
#include "model/phrased_error.h"
#include "model/text.h"

namespace lemnos {

namespace {

/// To be raised when other files can be decoded, reasons change, or there are other facts.
constexpr std::string_view cacheHeader = "lemnos-scan\t3\t";
constexpr std::size_t fieldCount = 9;
constexpr std::string_view fileBegins = "scan-", fileEnds = ".tsv";

template <class T>
bool parseWhole(std::string_view text, T& value, int base = 10) {
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return code == std::errc{} && end == text.data() + text.size();
}

void appendHexadecimal(std::string& text, std::uint64_t value) {
    char digits[16];
    const auto [end, code] = std::to_chars(digits, digits + sizeof digits, value, 16);
    text.append(digits, end);
}

/// A reason with its gaps, so that it can still be translated when it is read again.
std::string storedReason(const std::string& reason) {
    if (reason.empty()) return reason;
    const Phrase phrase = phraseOf(reason);
    if (phrase.parts.empty()) return reason;
    return toJson(phrase).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<std::string> readReason(const std::string& stored) {
    if (!stored.starts_with('{')) return stored;
    const auto json = nlohmann::json::parse(stored, nullptr, false);
    const auto phrase = phraseFromJson(json);
    return phrase ? std::optional(phrasedError(*phrase).message) : std::nullopt;
}

/// The fields behind the path.
std::optional<ScanCache::Found> foundIn(std::string_view line) {
    std::string_view fields[fieldCount];
    for (std::size_t i = 0; i < fieldCount; ++i) {
        const std::size_t end = line.find('\t');
        if ((end == line.npos) != (i + 1 == fieldCount)) return std::nullopt;
        fields[i] = line.substr(0, end);
        line.remove_prefix(end == line.npos ? line.size() : end + 1);
    }
    ScanCache::Found found;
    FileFacts& facts = found.facts;
    int format = 0, flags = 0;
    const bool numbers = parseWhole(fields[1], found.stamp.sizeBytes) && parseWhole(fields[2], found.stamp.modified) &&
                         parseWhole(fields[3], facts.width) && parseWhole(fields[4], facts.height) &&
                         parseWhole(fields[5], facts.hash, 16) && parseWhole(fields[6], format) &&
                         parseWhole(fields[7], flags);
    const auto stored = unescaped(fields[8]);
    auto reason = stored ? readReason(*stored) : std::nullopt;
    if (!numbers || !reason || format < 0 || format > static_cast<int>(PictureFormat::tiff)) return std::nullopt;
    if (reason->empty() && (facts.width < 1 || facts.height < 1)) return std::nullopt;
    facts.format = static_cast<PictureFormat>(format);
    facts.grey = flags & 1;
    facts.truncated = flags & 2;
    facts.reason = *std::move(reason);
    return found;
}

}  // namespace

struct ScanCache::Search {
    struct Entry {
        std::uint64_t hash;  ///< of the escaped path
        std::size_t line;
        bool operator<(const Entry& other) const { return hash < other.hash; }
    };
    std::once_flag made;
    std::vector<Entry> entries;        ///< sorted; made when it is needed
    std::atomic<std::size_t> shift{};  ///< from a file's place to its line, modulo 2^64; a guess
};

ScanCache::ScanCache(const std::filesystem::path& cacheFolder, const std::filesystem::path& source) {
    if (cacheFolder.empty()) return;
    std::error_code code;
    const std::filesystem::path canonical = std::filesystem::canonical(source, code);
    m_source = (code ? source : canonical).native();
    std::string name(fileBegins);
    appendHexadecimal(name, fnv1a(m_source));
    m_file = cacheFolder / (name += fileEnds);
    if (auto text = readFile(m_file)) (void)take(*std::move(text));
}

std::vector<std::filesystem::path> ScanCache::filesIn(const std::filesystem::path& cacheFolder) {
    std::vector<std::pair<std::filesystem::file_time_type, std::filesystem::path>> found;
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator(cacheFolder, code)) {
        const std::string name = entry.path().filename().native();
        if (name.starts_with(fileBegins) && name.ends_with(fileEnds))
            found.emplace_back(entry.last_write_time(code), entry.path());
    }
    std::ranges::sort(found, std::ranges::greater());
    std::vector<std::filesystem::path> files;
    for (auto& [time, file] : found) files.push_back(std::move(file));
    return files;
}

std::optional<ScanCache> ScanCache::read(const std::filesystem::path& file) {
    auto text = readFile(file);
    if (!text) return std::nullopt;
    // The source is the last field of the first line.
    const std::string_view first = std::string_view(*text).substr(0, text->find('\n'));
    const auto source = unescaped(first.substr(first.rfind('\t') + 1));
    if (!source) return std::nullopt;
    ScanCache cache;
    cache.m_file = file;
    cache.m_source = *source;
    return cache.take(*std::move(text)) ? std::optional(std::move(cache)) : std::nullopt;
}

/// False where the text is not that of this source's cache.
bool ScanCache::take(std::string text) {
    const std::size_t body = text.find('\n') + 1;
    if (body == 0 || std::string_view(text).substr(0, body) != header(std::string_view(text).substr(body)))
        return false;
    m_text = std::move(text);
    m_starts.reserve(static_cast<std::size_t>(std::count(m_text.begin(), m_text.end(), '\n')));
    for (std::size_t at = body; at < m_text.size();) {
        m_starts.push_back(at);
        const void* end = std::memchr(m_text.data() + at, '\n', m_text.size() - at);
        at = end ? static_cast<std::size_t>(static_cast<const char*>(end) - m_text.data()) + 1 : m_text.size();
    }
    m_search = std::make_unique<Search>();
    return true;
}

void ScanCache::forEach(const std::function<void(const std::string&, const Found&)>& call) const {
    for (std::size_t line = 0; line < m_starts.size(); ++line) {
        const auto path = unescaped(pathOf(line));
        const auto found = foundIn(lineAt(line));
        if (path && found) call(*path, *found);
    }
}

ScanCache::ScanCache(ScanCache&&) noexcept = default;
ScanCache& ScanCache::operator=(ScanCache&&) noexcept = default;
ScanCache::~ScanCache() = default;

std::string_view ScanCache::pathOf(std::size_t line) const {
    const std::string_view rest = std::string_view(m_text).substr(m_starts[line]);
    return rest.substr(0, rest.find('\t'));
}

std::string_view ScanCache::lineAt(std::size_t line) const {
    const std::size_t begin = m_starts[line], end = line + 1 < m_starts.size() ? m_starts[line + 1] : m_text.size();
    return std::string_view(m_text).substr(begin, end - begin - 1);
}

bool ScanCache::isAt(std::size_t line, std::string_view path) const {
    const std::string_view rest = std::string_view(m_text).substr(m_starts[line]);
    // Few paths have anything that is escaped, and those that have none are as they are.
    const bool same = rest.size() > path.size() && rest[path.size()] == '\t' && rest.starts_with(path);
    return (same && path.find_first_of("\\\t") == path.npos) || pathOf(line) == escaped(path);
}

std::optional<std::size_t> ScanCache::searched(std::string_view path) const {
    std::call_once(m_search->made, [this] {
        std::vector<Search::Entry>& entries = m_search->entries;
        entries.reserve(m_starts.size());
        for (std::size_t line = 0; line < m_starts.size(); ++line) entries.push_back({fnv1a(pathOf(line)), line});
        std::sort(entries.begin(), entries.end());
    });
    const std::string key = escaped(path);
    const auto [first, last] =
        std::equal_range(m_search->entries.begin(), m_search->entries.end(), Search::Entry{fnv1a(key), 0});
    for (auto it = first; it != last; ++it) {
        if (pathOf(it->line) == key) return it->line;
    }
    return std::nullopt;
}

std::optional<ScanCache::Found> ScanCache::find(std::string_view path, std::size_t place) const {
    if (m_starts.empty()) return std::nullopt;
    // Files that were added or removed shift all that follow.
    const std::size_t likely = place + m_search->shift.load(std::memory_order_relaxed);
    if (likely < m_starts.size() && isAt(likely, path)) return foundIn(lineAt(likely));
    const std::optional<std::size_t> line = searched(path);
    if (!line) return std::nullopt;
    m_search->shift.store(*line - place, std::memory_order_relaxed);
    return foundIn(lineAt(*line));
}

void ScanCache::forget() {
    m_starts = {};
    m_search.reset();
    m_text.clear();
    m_text.shrink_to_fit();
}

void ScanCache::append(std::string& text, const ScanRecord& record) {
    const FileFacts& facts = record.facts;
    text += escaped(record.path);
    for (const auto number : {static_cast<std::int64_t>(record.stamp.sizeBytes), record.stamp.modified,
                              std::int64_t{facts.width}, std::int64_t{facts.height}})
        text += '\t' + std::to_string(number);
    text += '\t';
    appendHexadecimal(text, facts.hash);
    text += '\t' + std::to_string(static_cast<int>(facts.format)) + '\t' +
            std::to_string((facts.grey ? 1 : 0) + (facts.truncated ? 2 : 0)) + '\t' +
            escaped(storedReason(facts.reason)) + '\n';
}

std::string ScanCache::header(std::string_view body) const {
    std::string text(cacheHeader);
    appendHexadecimal(text, contentHash(body));
    return text + '\t' + escaped(m_source) + '\n';
}

void ScanCache::write(std::string body) const {
    if (m_file.empty()) return;
    body.insert(0, header(body));
    std::error_code code;
    std::filesystem::create_directories(m_file.parent_path(), code);
    static_cast<void>(writeAtomically(m_file, body));
}

}  // namespace lemnos
