#include "model/train/run_data.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/data/project_file.h"
#include "model/data/split_params.h"
#include "model/doctor/doctor.h"
#include "model/files.h"
#include "model/phrased_error.h"
#include "model/train/trainer.h"

namespace lemnos {

namespace {

/// The project as it was when the run began, for it may change afterwards.
constexpr std::string_view projectOfRun = "data.lemnos";

Result<DatasetIndex> scanForRun(const RunSpec& spec, EventLog& log, std::stop_token stop) {
    ScanOptions options;
    options.split = splitOptionsFrom(spec.settings);
    options.progress = [&](std::size_t done, std::size_t total) {
        log.phase(LEMNOS_TEXT("Looking through the pictures"), static_cast<std::int64_t>(done),
                  static_cast<std::int64_t>(total));
    };
    options.stop = stop;
    options.cacheFolder = cacheFolder();
    TRY(DatasetIndex index, scanDataset(spec.data.path, options));
    for (const FileProblem& problem : index.problems)
        log.warn("Skipped " + displayPath(problem.path) + ": " + problem.reason);
    if (index.count(Split::train) == 0)
        return Error{
            LEMNOS_TEXT("No picture is left to train on; add pictures or lower the validation and test shares.")};
    return index;
}

/// Size, channels and scaling of the training pictures: the spec's wishes, and the data where it has none.
Result<Preprocess> preprocessForRun(const RunSpec& spec, const DatasetIndex& index, std::stop_token stop) {
    Preprocess preprocess;
    preprocess.steps = spec.data.preprocess;
    preprocess.augment = spec.data.augment;
    const Shape shape = trainingShape(spec.data, commonSize(index), index.grey);
    preprocess.height = static_cast<int>(shape[0]);
    preprocess.width = static_cast<int>(shape[1]);
    preprocess.channels = static_cast<int>(shape[2]);
    preprocess.features = featuresOf(spec.settings);
    if (preprocess.features.kind != FeatureKind::pixels && realParam(spec.settings, "cutmix") > 0)
        return phrasedError(
            {LEMNOS_TEXT("CutMix pastes pieces of pictures, which %1 features don't have; set cutmix to 0, or "
                         "train on pixels."),
             {Phrase::name(std::string(toString(preprocess.features.kind)))}},
            "cutmix");
    TRY_OK(fitFeatures(index, preprocess, 500, stop));
    const std::string& normalise = textParam(spec.settings, "normalise");
    if (normalise == "dataset") {
        TRY_OK(measureMeanAndDeviation(index, preprocess, 1000, stop));
    } else if (normalise == "imagenet") {
        useImageNetMeanAndDeviation(preprocess);
    } else {
        const auto channels = static_cast<std::size_t>(preprocess.shape()[2]);
        preprocess.mean.assign(channels, 0.0f);
        preprocess.deviation.assign(channels, 255.0f);
    }
    return preprocess;
}

}  // namespace

Result<DatasetIndex> dataForNewRun(RunSpec& spec, EventLog& log, std::stop_token stop) {
    TRY(DatasetIndex index, scanForRun(spec, log, stop));
    spec.classes = index.classes;
    log.phase(LEMNOS_TEXT("Measuring the pictures"));
    TRY(Preprocess preprocess, preprocessForRun(spec, index, stop));
    TRY_OK(buildModel(spec, preprocess.shape()));
    spec.preprocess = std::move(preprocess);
    return index;
}

Features featuresOf(const ParamMap& settings) {
    Features features;
    for (const FeatureKind kind : {FeatureKind::hog, FeatureKind::pca}) {
        if (toString(kind) == textParam(settings, "features")) features.kind = kind;
    }
    features.cell = static_cast<int>(intParam(settings, "hog_cell"));
    features.components = static_cast<int>(intParam(settings, "pca_components"));
    return features;
}

Result<PixelCache> cacheForRun(const RunSpec& spec, const DatasetIndex& index, EventLog& log, std::stop_token stop) {
    constexpr std::int64_t memoryBytes = std::int64_t{2} << 30, megabyte = 1'000'000;
    const std::int64_t limit = intParam(spec.settings, "cache") * megabyte;
    if (limit == 0) return PixelCache(index, *spec.preprocess, memoryBytes);
    const std::int64_t wanted = cacheFileBytes(index.samples.size(), *spec.preprocess);
    if (wanted > limit)
        log.warn("The prepared pictures take " + std::to_string(wanted / megabyte) +
                 " MB, and the picture cache may take " + std::to_string(limit / megabyte) +
                 " MB; those that don't fit are decoded in every epoch.");
    CacheOptions options{.folder = pictureCacheFolder(), .limitBytes = limit, .stop = stop};
    bool told = false;
    options.progress = [&](std::size_t done, std::size_t total) {
        if (!std::exchange(told, true))
            log.tell(LogEvent{LogEvent::Level::info,
                              "The prepared pictures take " +
                                  std::to_string((std::min(wanted, limit) + megabyte - 1) / megabyte) + " MB in " +
                                  displayPath(options.folder) + "."});
        log.phase(LEMNOS_TEXT("Preparing the pictures"), static_cast<std::int64_t>(done),
                  static_cast<std::int64_t>(total));
    };
    auto cache = PixelCache::open(index, *spec.preprocess, options);
    if (cache || stop.stop_requested()) return cache;
    log.warn(cache.error().message + " Pictures are kept in memory instead, as far as it goes.");
    return PixelCache(index, *spec.preprocess, memoryBytes);
}

Status recordData(const RunSpec& spec, const DatasetIndex& index, const RunStore& store, std::stop_token stop) {
    TRY_OK(saveSplits(index, store.file("split.tsv")));
    ProjectFile project;
    if (isProjectName(spec.data.path)) {
        TRY(project, readProject(spec.data.path));
        TRY_OK(writeProject(project, store.file(projectOfRun)));
    }
    DoctorOptions options{.quick = true, .stop = stop, .edits = project.edits.done()};
    TRY(const std::vector<Finding> findings, examine(index, options));
    constexpr std::size_t most = 100;
    return writeAtomically(
        store.file("doctor.json"),
        toJson(index, findings, most).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

Status matchClasses(DatasetIndex& index, const std::vector<std::string>& classes) {
    if (index.classes == classes) return {};
    std::vector<std::uint32_t> labels;
    for (const std::string& name : index.classes) {
        const auto found = std::find(classes.begin(), classes.end(), name);
        if (found == classes.end())
            return phrasedError(
                {LEMNOS_TEXT("The data has a class '%1' that the network was not trained on; use data with the "
                             "classes of the run."),
                 {Phrase::name(displayPath(name))}},
                name);
        labels.push_back(static_cast<std::uint32_t>(found - classes.begin()));
    }
    for (Sample& sample : index.samples) sample.label = labels[sample.label];
    index.classes = classes;
    return {};
}

Result<DatasetIndex> datasetOfRun(const RunStore& store, const std::filesystem::path& other,
                                  const ScanProgress& progress, std::stop_token stop) {
    TRY(RunSpec spec, store.readSpec());
    ScanOptions options;
    options.progress = progress;
    options.stop = stop;
    options.cacheFolder = cacheFolder();
    std::error_code code;
    const bool kept = other.empty() && std::filesystem::exists(store.file(projectOfRun), code);
    TRY(DatasetIndex index, scanDataset(kept            ? store.file(projectOfRun)
                                        : other.empty() ? spec.data.path
                                                        : other,
                                        options));
    TRY_OK(matchClasses(index, spec.classes));
    if (other.empty()) {
        TRY_OK(loadSplits(index, store.file("split.tsv")));
    } else if (!index.preSplit) {
        // None of another folder's pictures took part in the training.
        for (Sample& sample : index.samples) sample.split = Split::test;
    }
    return index;
}

}  // namespace lemnos
