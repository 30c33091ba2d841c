#include "model/data/cache_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

#include "model/files.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

/// Writes all of it at an offset; 0 or the error number.
int writeAt(int descriptor, const void* bytes, std::size_t count, std::uint64_t offset) {
    const auto* next = static_cast<const char*>(bytes);
    while (count > 0) {
        const ssize_t written = ::pwrite(descriptor, next, count, static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        next += written;
        count -= static_cast<std::size_t>(written);
        offset += static_cast<std::uint64_t>(written);
    }
    return 0;
}

constexpr const char* unfinishedEnding = ".tmp";

/// Whether "KEY.pixels.PID.tmp" was begun by a process that is no more.
bool isLeftBehind(const fs::path& file) {
    if (file.extension() != unfinishedEnding) return false;
    const std::string process = file.stem().extension().string();  // ".PID"
    if (process.empty()) return false;
    int id = 0;
    const auto [end, code] = std::from_chars(process.data() + 1, process.data() + process.size(), id);
    return code == std::errc() && id > 0 && ::kill(id, 0) != 0 && errno == ESRCH;
}

}  // namespace

std::optional<CacheView> CacheView::of(std::span<const std::uint8_t> bytes, std::uint64_t key,
                                       std::uint64_t pictureBytes) {
    CacheView view;
    if (bytes.size() < sizeof(CacheHeader)) return {};
    std::memcpy(&view.m_header, bytes.data(), sizeof view.m_header);
    const CacheHeader& header = view.m_header;
    if (header != CacheHeader{.key = key, .pictures = header.pictures, .pictureBytes = pictureBytes}) return {};
    // First by division, so that nothing overflows.
    if (header.pictures > bytes.size() / (sizeof(std::uint64_t) + pictureBytes)) return {};
    if (header.offset(header.pictures) != bytes.size()) return {};
    view.m_bytes = bytes.data();
    return view;
}

std::uint64_t CacheView::identity(std::uint64_t place) const {
    std::uint64_t value = 0;
    std::memcpy(&value, m_bytes + sizeof(CacheHeader) + place * sizeof value, sizeof value);
    return value;
}

MappedCacheFile& MappedCacheFile::operator=(MappedCacheFile&& other) noexcept {
    std::swap(m_view, other.m_view);
    std::swap(m_bytes, other.m_bytes);
    std::swap(m_size, other.m_size);
    return *this;
}

MappedCacheFile::~MappedCacheFile() {
    if (m_bytes) ::munmap(m_bytes, m_size);
}

MappedCacheFile MappedCacheFile::open(const fs::path& file, std::uint64_t key, std::uint64_t pictureBytes) {
    MappedCacheFile mapped;
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return mapped;
    struct stat status {};
    if (::fstat(descriptor, &status) == 0 && static_cast<std::size_t>(status.st_size) >= sizeof(CacheHeader)) {
        const auto size = static_cast<std::size_t>(status.st_size);
        void* bytes = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
        if (bytes != MAP_FAILED) {
            mapped.m_bytes = bytes;
            mapped.m_size = size;
            mapped.m_view = CacheView::of({static_cast<const std::uint8_t*>(bytes), size}, key, pictureBytes);
        }
    }
    ::close(descriptor);
    return mapped;
}

void MappedCacheFile::expect(std::uint64_t place) const {
    static const auto pageBytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const std::uint64_t begin = m_view->offset(place) / pageBytes * pageBytes;
    void* const page = static_cast<std::uint8_t*>(m_bytes) + begin;
    unsigned char isThere = 0;
    if (::mincore(page, 1, &isThere) == 0 && (isThere & 1)) return;  // as a rule, and cheaper than asking for all
    ::madvise(page, m_view->offset(place + 1) - begin, MADV_WILLNEED);
}

NewCacheFile::NewCacheFile(fs::path file, const CacheHeader& header)
    : m_file(std::move(file)),
      m_temporary(m_file.string() + "." + std::to_string(::getpid()) + unfinishedEnding),
      m_header(header),
      m_descriptor(::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    // All at once, so that a full disk is found before any work is done.
    const int code = m_descriptor < 0
                         ? errno
                         : ::posix_fallocate(m_descriptor, 0, static_cast<off_t>(header.offset(header.pictures)));
    if (code != 0) fail(code);
}

NewCacheFile::~NewCacheFile() {
    if (m_descriptor >= 0) ::close(m_descriptor);
    if (!m_complete) ::unlink(m_temporary.c_str());
}

Status NewCacheFile::status() const {
    return ok() ? Status() : cacheWriteError(m_file, m_error);
}

void NewCacheFile::write(std::uint64_t place, const std::uint8_t* pixels) {
    if (const int code = writeAt(m_descriptor, pixels, m_header.pictureBytes, m_header.offset(place))) fail(code);
}

Status NewCacheFile::complete(const std::vector<std::uint64_t>& identities) {
    if (!ok()) return status();
    int code = writeAt(m_descriptor, &m_header, sizeof m_header, 0);
    if (code == 0)
        code = writeAt(m_descriptor, identities.data(), identities.size() * sizeof identities[0], sizeof m_header);
    if (code == 0 && ::fsync(m_descriptor) != 0) code = errno;
    if (code == 0 && ::rename(m_temporary.c_str(), m_file.c_str()) != 0) code = errno;
    if (code != 0) return cacheWriteError(m_file, code);
    m_complete = true;
    return {};
}

void removeUnfinishedCacheFiles(const fs::path& folder) {
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(folder, code)) {
        std::error_code ignored;
        if (isLeftBehind(entry.path())) fs::remove(entry.path(), ignored);
    }
}

Error cacheWriteError(const fs::path& file, int code) {
    return {
        "The picture cache " + displayPath(file) + " can't be written (" + std::generic_category().message(code) + ").",
        displayPath(file)};
}

}  // namespace lemnos
