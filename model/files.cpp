// Files and folders on a POSIX system.
#include "model/files.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <system_error>

#include "model/param.h"
#include "model/phrased_error.h"
#include "model/text.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

/// A file descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int number) : m_number(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    explicit operator bool() const { return m_number >= 0; }
    int number() const { return m_number; }
    bool close() {
        const int number = m_number;
        m_number = -1;
        return number < 0 || ::close(number) == 0;
    }

  private:
    int m_number;
};

/// `text` has places for the file, the system's reason and what to do about it.
Error fileError(const char* text, const fs::path& file, int code) {
    const std::string name = displayPath(file);
    Phrase advice = Phrase::name("");
    if (code == ENOSPC || code == EDQUOT) advice = {LEMNOS_TEXT(" Free some space there and try again.")};
    if (code == EACCES || code == EPERM || code == EROFS)
        advice = {LEMNOS_TEXT(" Check the permissions, or choose another place.")};
    return phrasedError({text, {Phrase::name(name), Phrase::name(std::generic_category().message(code)), advice}},
                        name);
}

constexpr const char* cantRead = LEMNOS_TEXT("Can't read %1: %2.%3");
constexpr const char* cantWrite = LEMNOS_TEXT("Can't write %1: %2.%3");

fs::path folderOf(const fs::path& file) {
    return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

/// Writes all of it; 0 or the error number.
int writeAll(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

/// Creates `file`, which must not exist, and brings it to the disk; 0 or the error number.
int writeNew(const fs::path& file, std::string_view bytes, Readers readers) {
    const mode_t mode = readers == Readers::ownerOnly ? 0600 : 0666;
    Descriptor descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!descriptor) return errno;
    if (const int code = writeAll(descriptor.number(), bytes)) return code;
    if (::fsync(descriptor.number()) != 0) return errno;
    return descriptor.close() ? 0 : errno;
}

/// A name beside `file` that no other thread or process uses.
fs::path temporaryBeside(const fs::path& file) {
    static std::atomic<unsigned> counter{0};
    return folderOf(file) / (".lemnos-" + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".tmp");
}

fs::path fromEnvironment(const char* name) {
    const char* value = std::getenv(name);
    return value ? fs::path(value) : fs::path();
}

fs::path homeFolder() {
    if (fs::path home = fromEnvironment("HOME"); home.is_absolute()) return home;
    if (const passwd* user = ::getpwuid(::getuid()); user && user->pw_dir && *user->pw_dir) return user->pw_dir;
    return "/tmp";
}

/// As the XDG Base Directory Specification has it: a relative path is ignored.
fs::path userFolder(const char* variable, const char* underHome) {
    const fs::path folder = fromEnvironment(variable);
    return folder.is_absolute() ? folder : homeFolder() / underHome;
}

}  // namespace

Status writeAtomically(const fs::path& file, std::string_view bytes, Readers readers) {
    constexpr int attempts = 100;
    fs::path temporary;
    int code = EEXIST;
    for (int i = 0; i < attempts && code == EEXIST; ++i) {
        temporary = temporaryBeside(file);
        code = writeNew(temporary, bytes, readers);
    }
    if (code == 0 && ::rename(temporary.c_str(), file.c_str()) != 0) code = errno;
    if (code != 0) {
        if (code != EEXIST) ::unlink(temporary.c_str());
        return fileError(cantWrite, file, code);
    }
    // The new name itself must reach the disk too; a file system that can't do it has its own guarantees.
    const Descriptor folder(::open(folderOf(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder) ::fsync(folder.number());
    return {};
}

Result<std::string> readFile(const fs::path& file) {
    // Non-blocking, because opening a named pipe would wait for a writer for ever.
    const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!descriptor) return fileError(cantRead, file, errno);
    struct stat info {};
    if (::fstat(descriptor.number(), &info) != 0) return fileError(cantRead, file, errno);
    if (S_ISDIR(info.st_mode)) return fileError(cantRead, file, EISDIR);
    if (!S_ISREG(info.st_mode))
        return phrasedError({LEMNOS_TEXT("%1 is not an ordinary file."), {Phrase::name(displayPath(file))}},
                            displayPath(file));
    try {
        std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
        std::size_t filled = 0;
        for (;;) {
            if (filled == bytes.size()) bytes.resize(bytes.size() + 4096);  // room to notice the end, or a grown file
            const ssize_t got = ::read(descriptor.number(), bytes.data() + filled, bytes.size() - filled);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return fileError(cantRead, file, errno);
            if (got == 0) break;
            filled += static_cast<std::size_t>(got);
        }
        bytes.resize(filled);
        return bytes;
    } catch (const std::bad_alloc&) {
        return fileError(cantRead, file, ENOMEM);
    } catch (const std::length_error&) {
        return fileError(cantRead, file, EFBIG);
    }
}

fs::path runsFolder() {
    const fs::path folder = fromEnvironment("LEMNOS_RUNS");
    return folder.empty() ? userFolder("XDG_DATA_HOME", ".local/share") / "lemnos" / "runs" : folder;
}

fs::path projectsFolder() {
    const fs::path folder = fromEnvironment("LEMNOS_PROJECTS");
    return folder.empty() ? userFolder("XDG_DATA_HOME", ".local/share") / "lemnos" / "projects" : folder;
}

fs::path settingsFolder() {
    if (const fs::path folder = fromEnvironment("LEMNOS_CONFIG"); !folder.empty()) return folder;
    return userFolder("XDG_CONFIG_HOME", ".config") / "lemnos";
}

fs::path cacheFolder() {
    const fs::path folder = fromEnvironment("LEMNOS_CACHE");
    return folder.empty() ? userFolder("XDG_CACHE_HOME", ".cache") / "lemnos" : folder;
}

std::string displayPath(const fs::path& path) {
    return toUtf8(path.native());
}

}  // namespace lemnos
