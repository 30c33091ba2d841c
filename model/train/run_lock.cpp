#include "model/train/run_lock.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "model/files.h"
#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

constexpr const char* lockName = "lock";

struct flock wholeFile() {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

}  // namespace

// A record lock, since it alone tells whose it is and outlives exec. It is gone as soon as the process closes any
// descriptor of the file, so the descriptor is left open: the process holds the run for the rest of its life.
Status holdRun(const fs::path& run) {
    const fs::path path = run / lockName;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT, 0644);  // no O_CLOEXEC: see above
    if (file < 0) return {};  // what comes next in this folder fails with a better reason
    struct flock lock = wholeFile();
    if (::fcntl(file, F_SETLK, &lock) == 0 || (errno != EACCES && errno != EAGAIN)) return {};
    lock = wholeFile();
    const bool known = ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    ::close(file);
    return phrasedError(
        {known
             ? LEMNOS_TEXT("The run in %1 is being trained by another process (%2); stop that one first, or follow it.")
             : LEMNOS_TEXT("The run in %1 is being trained by another process; stop that one first, or follow it."),
         {Phrase::name(displayPath(run)), Phrase::name(std::to_string(lock.l_pid))}},
        displayPath(run));
}

std::optional<std::int64_t> holderOf(const fs::path& run) {
    const int file = ::open((run / lockName).c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    struct flock lock = wholeFile();
    const bool held = ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    ::close(file);
    return held ? std::optional<std::int64_t>(lock.l_pid) : std::nullopt;
}

std::vector<fs::path> heldRuns(const fs::path& folder) {
    std::vector<std::pair<std::int64_t, fs::path>> held;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        struct stat facts {};
        std::error_code none;
        // A sweep holds its folder, too, but is no run.
        if (fs::exists(it->path() / "spec.json", none) && holderOf(it->path()) &&
            ::stat((it->path() / lockName).c_str(), &facts) == 0)
            held.emplace_back(facts.st_mtime, it->path());
    }
    std::sort(held.rbegin(), held.rend());
    std::vector<fs::path> runs;
    for (auto& [time, run] : held) runs.push_back(std::move(run));
    return runs;
}

void endHolder(const fs::path& run, bool atOnce) {
    if (const auto holder = holderOf(run)) ::kill(static_cast<pid_t>(*holder), atOnce ? SIGKILL : SIGTERM);
}

}  // namespace lemnos
