// Export to ONNX, and the proof that the exported file gives the same answers.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "compute/result.h"
#include "model/exchange/safetensors.h"
#include "model/graph/plan.h"
#include "model/train/event.h"
#include "model/train/run_spec.h"

namespace lemnos {

/// The serialised ModelProto: input "image" {N, channels, height, width} of values 0 to 255 at the training size,
/// output "probabilities" {N, classes}. Metadata: labels (JSON array), input (JSON description, with the resize to do
/// before).
Result<std::string> toOnnx(const RunSpec& spec, const Plan& plan, const TensorFile& weights);

/// How far the exported file's answers are from ours.
struct Verification {
    std::int64_t images = 0;
    double largestDifference = 0;  ///< of any probability
    std::string worstImage;        ///< path of the picture that has it
    std::int64_t sameTop1 = 0;     ///< pictures with the same best class
};

struct ExportReport {
    std::filesystem::path file;  ///< model.onnx
    Verification verification;
};

/// Differences above this make an export an Error.
constexpr double exportTolerance = 1e-3;

/// Writes folder/model.onnx and folder/export.json from a run's best weights, after OpenCV DNN has run the file on up
/// to 256 validation pictures and agreed with ours. Nothing is left in the folder when it fails.
Result<ExportReport> exportRun(const std::filesystem::path& run, const std::filesystem::path& folder,
                               const std::string& device = {}, const EventSink& sink = {}, std::stop_token stop = {});

}  // namespace lemnos
