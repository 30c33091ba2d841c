// The files of a run folder.
#include "model/train/run_store.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <nlohmann/json.hpp>

#include "model/phrased_error.h"
#include "model/train/feature_file.h"
namespace lemnos {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view specName = "spec.json";
constexpr std::string_view featuresName = "features.safetensors";
constexpr std::string_view eventsName = "events.jsonl";

/// The graph's name as part of a folder's name, whatever the user called it.
std::string folderPart(const std::string& name) {
    std::string part;
    for (const char c : name) {
        const bool special =
            static_cast<unsigned char>(c) < 0x20 || std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
        part += special ? '-' : c;
    }
    return part.empty() || part.size() > 80 ? "model" : part;
}

Result<fs::path> makeGivenFolder(const fs::path& wanted) {
    std::error_code error;
    const fs::path folder = fs::absolute(wanted, error);
    if (!error) fs::create_directories(folder, error);
    const bool empty = !error && fs::is_empty(folder, error);
    if (error) {
        return phrasedError({LEMNOS_TEXT("The run's folder %1 can't be used (%2); choose another one."),
                             {Phrase::name(displayPath(wanted)), Phrase::name(error.message())}},
                            displayPath(wanted));
    }
    if (!empty) {
        return phrasedError(
            {LEMNOS_TEXT("The run's folder %1 already holds something; choose a new one, or use resume to go "
                         "on with the run in it."),
             {Phrase::name(displayPath(folder))}},
            displayPath(folder));
    }
    return folder;
}

Error eventsError(const fs::path& folder) {
    return {"Events can't be written to " + displayPath(folder / eventsName) + " (" + std::strerror(errno) + ").",
            displayPath(folder)};
}

bool endsInsideALine(const fs::path& file) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> existing(std::fopen(file.c_str(), "rb"), &std::fclose);
    return existing && std::fseek(existing.get(), -1, SEEK_END) == 0 && std::fgetc(existing.get()) != '\n';
}

/// Calls `visit` with each line that is a valid event. A line cut off by a crash or a power cut is passed over.
template <class Visit>
void eachEvent(std::string_view text, bool withProgress, const Visit& visit) {
    while (!text.empty()) {
        const std::size_t length = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, length);
        text.remove_prefix(std::min(length + 1, text.size()));
        // Most lines report progress; a list of all runs would spend its time on parsing them.
        if (!withProgress && (line.find("\"event\":\"progress\"") != std::string_view::npos ||
                              line.find("\"event\":\"predictions\"") != std::string_view::npos))
            continue;
        if (const Result<Event> event = eventFromLine(line)) visit(*event);
    }
}

}  // namespace

RunStore::RunStore(fs::path folder) : m_folder(std::move(folder)) {}

Result<RunStore> RunStore::create(RunSpec& spec) {
    if (spec.run.empty()) {
        TRY(spec.run, makeFreshFolder(spec.model.name));
    } else {
        TRY(spec.run, makeGivenFolder(spec.run));
    }
    // resume and evaluate may be started from anywhere.
    std::error_code error;
    const fs::path data = fs::absolute(spec.data.path, error);
    if (!error) spec.data.path = data;
    RunStore store(spec.run);
    TRY_OK(store.writeSpec(spec));
    if (spec.preprocess) TRY_OK(saveFeatures(*spec.preprocess, store.file(featuresName)));
    return store;
}

Result<RunStore> RunStore::open(const fs::path& folder) {
    std::error_code error;
    const fs::path absolute = fs::absolute(folder, error);
    if (error || !fs::is_regular_file(absolute / specName, error)) {
        return phrasedError({LEMNOS_TEXT("%1 is not the folder of a run: it has no %2."),
                             {Phrase::name(displayPath(folder)), Phrase::name(std::string(specName))}},
                            displayPath(folder));
    }
    return RunStore(absolute);
}

Result<RunSpec> RunStore::readSpec() const {
    TRY(RunSpec spec, readRunSpec(file(specName)));
    // A run folder may have been moved or copied since.
    spec.run = m_folder;
    if (spec.preprocess) TRY_OK(loadFeatures(*spec.preprocess, file(featuresName)));
    return spec;
}

Status RunStore::writeSpec(const RunSpec& spec) const {
    return writeAtomically(file(specName),
                           toJson(spec).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

Status RunStore::append(const Event& event) {
    std::string line = toLine(event) + "\n";
    if (!m_events) {
        const fs::path path = file(eventsName);
        if (endsInsideALine(path)) line.insert(line.begin(), '\n');
        m_events.reset(std::fopen(path.c_str(), "ab"));
        if (!m_events) return eventsError(m_folder);
    }
    if (std::fwrite(line.data(), 1, line.size(), m_events.get()) != line.size() || std::fflush(m_events.get()) != 0) {
        return eventsError(m_folder);
    }
    return {};
}

Result<std::vector<Event>> RunStore::readEvents(WithProgress progress) const {
    std::vector<Event> events;
    std::error_code error;
    if (!fs::exists(file(eventsName), error)) return events;
    TRY(const std::string text, readFile(file(eventsName)));
    eachEvent(text, progress == WithProgress::yes, [&](const Event& event) { events.push_back(event); });
    return events;
}

Result<fs::path> makeFreshFolder(const std::string& name) {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm local{};
    localtime_r(&now, &local);
    char stamp[32];
    std::strftime(stamp, sizeof stamp, "%Y-%m-%d-%H%M%S", &local);
    const fs::path base = runsFolder() / (std::string(stamp) + "-" + folderPart(name));

    std::error_code error;
    fs::create_directories(base.parent_path(), error);
    for (int attempt = 1; !error && attempt < 1000; ++attempt) {
        fs::path folder = base;
        if (attempt > 1) folder += "-" + std::to_string(attempt);
        // create_directory() tells who made it, so two runs that start in the same second never share a folder.
        if (fs::create_directory(folder, error)) return folder;
    }
    return phrasedError({LEMNOS_TEXT("The run's folder %1 can't be made (%2); choose another place with --run."),
                         {Phrase::name(displayPath(base)), Phrase::name(error.message())}},
                        displayPath(base));
}

std::vector<fs::path> runFoldersIn(const fs::path& folder) {
    std::vector<fs::path> runs;
    const auto isSweep = [](const fs::path& path) {
        std::error_code code;
        return fs::is_regular_file(path / sweepFileName, code);
    };
    std::error_code error, inner;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (!isSweep(it->path())) {
            runs.push_back(it->path());
            continue;
        }
        for (fs::directory_iterator trial(it->path(), inner); !inner && trial != end; trial.increment(inner)) {
            if (trial->is_directory(inner)) runs.push_back(trial->path());
        }
    }
    return runs;
}

std::string runNameOf(const fs::path& run) {
    std::error_code code;
    const bool ofSweep = fs::is_regular_file(run.parent_path() / sweepFileName, code);
    return displayPath(ofSweep ? run.parent_path().filename() / run.filename() : run.filename());
}

Result<RunSpec> specOfRun(const fs::path& folder) {
    TRY(const RunStore store, RunStore::open(folder));
    return store.readSpec();
}

}  // namespace lemnos
