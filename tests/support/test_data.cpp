// Unpacking test data once for all test programs.
#include "tests/support/test_data.h"

#include <QDebug>
#include <QLockFile>
#include <QProcess>
#include <QStandardPaths>
#include <cstdlib>
#include <vector>

#include "model/files.h"

namespace lemnos::test {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void giveUp(const fs::path& path, const char* why) {
    qCritical("%s: %s", displayPath(path).c_str(), why);
    std::abort();
}

QString cmakeProgram() {
    return QStandardPaths::findExecutable("cmake");
}

/// Into a folder of its own first, so that one which is there is always complete.
void unpack(const fs::path& archive, const fs::path& target) {
    fs::path partial = target;
    partial += ".partial";
    std::error_code code;
    fs::remove_all(partial, code);
    fs::create_directories(partial, code);
    QProcess process;
    process.setWorkingDirectory(QString::fromStdString(partial.native()));
    process.start(cmakeProgram(), {"-E", "tar", "xf", QString::fromStdString(fs::absolute(archive).native())});
    if (!process.waitForFinished(-1) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        giveUp(archive, "can't be unpacked with \"cmake -E tar\".");
    fs::rename(partial, target, code);
    if (code) giveUp(target, "can't be put in place.");
}

/// Archives hold one folder, whose name need not be that of the archive.
fs::path onlyFolderOf(const fs::path& unpacked) {
    std::vector<fs::path> entries;
    std::error_code code;
    for (fs::directory_iterator it(unpacked, code), end; !code && it != end; it.increment(code))
        entries.push_back(it->path());
    return entries.size() == 1 && fs::is_directory(entries.front(), code) ? entries.front() : unpacked;
}

}  // namespace

std::optional<fs::path> testDataFile(std::string_view name) {
    const char* source = std::getenv("LEMNOS_TEST_DATA");
    if (!source || !*source) return std::nullopt;
    const fs::path file = fs::path(source) / name;
    std::error_code code;
    if (!fs::exists(file, code)) giveUp(file, "is missing in the folder of LEMNOS_TEST_DATA.");
    return file;
}

std::optional<fs::path> testDataSet(std::string_view name) {
    const auto archive = testDataFile(std::string(name) + ".tar.xz");
    if (!archive) return std::nullopt;
    const fs::path folder = cacheFolder() / "data", target = folder / name;
    std::error_code code;
    fs::create_directories(folder, code);
    QLockFile lock(QString::fromStdString((folder / name).native() + ".lock"));
    lock.setStaleLockTime(0);
    if (!lock.lock()) giveUp(folder, "can't be locked.");
    if (!fs::exists(target, code)) unpack(*archive, target);
    return onlyFolderOf(target);
}

}  // namespace lemnos::test
