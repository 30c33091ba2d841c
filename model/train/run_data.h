// The data of a run: scanned, dealt out, and how its pictures are prepared.
#pragma once

#include <stop_token>

#include "compute/result.h"
#include "model/data/dataset_index.h"
#include "model/data/pixel_cache.h"
#include "model/data/preprocess.h"
#include "model/train/event_log.h"
#include "model/train/run_spec.h"
#include "model/train/run_store.h"

namespace lemnos {

/// Scans the spec's folder and deals its pictures out by the spec's settings; tells of progress and of skipped files.
/// Then fills in what a spec leaves to its data: classes, preprocessing and the network.
Result<DatasetIndex> dataForNewRun(RunSpec& spec, EventLog& log, std::stop_token stop);

/// Keeps in the run's folder what it was trained on: split.tsv, the project where there is one, and doctor.json, which
/// says what is wrong with the data as far as that can be told without reading the pictures again.
Status recordData(const RunSpec& spec, const DatasetIndex& index, const RunStore& store, std::stop_token stop);

/// What the network reads in place of pixels, by the settings; not fitted yet.
Features featuresOf(const ParamMap& settings);

/// Opens the run's picture cache, and fills it where it is not complete; tells of progress and of the size on disk.
/// Where the disk has no room the cache is in memory, with a warning.
Result<PixelCache> cacheForRun(const RunSpec& spec, const DatasetIndex& index, EventLog& log, std::stop_token stop);

/// Gives the labels the meaning of `classes`; an Error when the data has a class that is not among them.
Status matchClasses(DatasetIndex& index, const std::vector<std::string>& classes);

}  // namespace lemnos
