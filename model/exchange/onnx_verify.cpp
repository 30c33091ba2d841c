// exportRun(): writes the ONNX file after another runtime has run it and agreed with ours.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

#include "model/data/image.h"
#include "model/exchange/onnx_export.h"
#include "model/exchange/onnx_metadata.h"
#include "model/files.h"
#include "model/train/run_store.h"
#include "model/train/trainer.h"

namespace lemnos {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t verifiedImages = 256;
constexpr std::size_t imagesAtOnce = 32;

using Probabilities = std::vector<std::vector<float>>;

/// The exported bytes in a runtime that is not ours.
class OpenCvRuntime {
  public:
    static Result<OpenCvRuntime> load(const std::string& onnx) {
        try {
            OpenCvRuntime runtime;
            runtime.m_net = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
            runtime.m_net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
            return runtime;
        } catch (const std::exception& e) {
            return Error{std::string("OpenCV can't load the exported model: ") + e.what(), {}};
        }
    }

    /// Of pictures that have the network's size and channels.
    Result<Probabilities> probabilities(const std::vector<Image>& images) {
        try {
            std::vector<cv::Mat> pictures;
            for (const Image& image : images) {
                // The blob is a copy, so the cast only serves OpenCV's signature.
                pictures.emplace_back(image.height, image.width, CV_8UC(image.channels),
                                      const_cast<std::uint8_t*>(image.pixels.data()));
            }
            m_net.setInput(cv::dnn::blobFromImages(pictures), "image");
            const cv::Mat output = m_net.forward("probabilities");
            if (output.dims != 2 || output.type() != CV_32F || output.rows != static_cast<int>(images.size())) {
                return Error{"OpenCV gives an answer of another shape than expected for the exported model.", {}};
            }
            Probabilities rows;
            for (int row = 0; row < output.rows; ++row) {
                rows.emplace_back(output.ptr<float>(row), output.ptr<float>(row) + output.cols);
            }
            return rows;
        } catch (const std::exception& e) {
            return Error{std::string("OpenCV can't run the exported model: ") + e.what(), {}};
        }
    }

  private:
    cv::dnn::Net m_net;
};

/// Up to verifiedImages samples, evenly chosen, of the first part that has any.
std::vector<std::uint32_t> samplesToVerify(const DatasetIndex& index) {
    for (const Split split : {Split::validation, Split::test, Split::train}) {
        const std::vector<std::uint32_t> all = index.indices(split);
        if (all.empty()) continue;
        const std::size_t count = std::min(all.size(), verifiedImages);
        std::vector<std::uint32_t> chosen;
        for (std::size_t i = 0; i < count; ++i) chosen.push_back(all[i * all.size() / count]);
        return chosen;
    }
    return {};
}

std::size_t best(const std::vector<float>& row) {
    return static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

Status compare(const Probabilities& ours, const Probabilities& theirs, const std::vector<std::string>& names,
               Verification& verification) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (ours[i].size() != theirs[i].size()) {
            return Error{"The exported model has another number of outputs than the run has classes.", {}};
        }
        double difference = 0;
        for (std::size_t k = 0; k < ours[i].size(); ++k) {
            const double d = std::abs(double{ours[i][k]} - double{theirs[i][k]});
            // A value that is not a number compares with nothing; it must count as the worst there is.
            difference = std::isnan(d) ? 1 : std::max(difference, d);
        }
        if (verification.images == 0 || difference > verification.largestDifference) {
            verification.largestDifference = difference;
            verification.worstImage = names[i];
        }
        verification.sameTop1 += best(ours[i]) == best(theirs[i]);
        ++verification.images;
    }
    return {};
}

double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Tells the sink how far a named piece of work is.
ScanProgress phase(const EventSink& sink, const char* text) {
    return [sink, text](std::size_t done, std::size_t total) {
        if (!sink) return;
        sink({now(), PhaseEvent{text, static_cast<std::int64_t>(done), static_cast<std::int64_t>(total)}});
    };
}

Result<Verification> verify(const std::string& onnx, const RunStore& store, const std::string& device,
                            const EventSink& sink, std::stop_token stop) {
    TRY(OpenCvRuntime runtime, OpenCvRuntime::load(onnx));
    TRY(TrainedNetwork network, TrainedNetwork::load(store.folder(), device));
    TRY(const DatasetIndex index,
        datasetOfRun(store, {}, phase(sink, LEMNOS_TEXT("Looking through the pictures")), stop));
    const std::vector<std::uint32_t> samples = samplesToVerify(index);
    const ScanProgress progress = phase(sink, LEMNOS_TEXT("Checking the exported model"));

    Verification verification;
    for (std::size_t begin = 0; begin < samples.size(); begin += imagesAtOnce) {
        if (stop.stop_requested()) return Error{"The export was cancelled.", {}};
        progress(begin, samples.size());
        std::vector<Image> originals, images;  // the network prepares pictures itself, the other runtime does not
        std::vector<std::string> names;
        for (std::size_t i = begin; i < std::min(begin + imagesAtOnce, samples.size()); ++i) {
            const fs::path path = index.absolutePath(index.samples[samples[i]]);
            Result<Image> image = readImage(path);
            if (!image) continue;
            images.push_back(preprocessed(*image, *network.spec().preprocess));
            originals.push_back(*std::move(image));
            names.push_back(displayPath(path));
        }
        if (images.empty()) continue;
        TRY(const Probabilities theirs, runtime.probabilities(images));
        TRY(const Probabilities ours, network.probabilities(originals));
        TRY_OK(compare(ours, theirs, names, verification));
    }
    if (verification.images == 0) {
        return Error{"The exported model can't be checked, because none of the run's pictures can be read any more.",
                     {}};
    }
    return verification;
}

Status checkAgreement(const Verification& verification) {
    if (verification.largestDifference <= exportTolerance) return {};
    char text[128];
    std::snprintf(text, sizeof text, "by %.2g, where %.2g is allowed", verification.largestDifference, exportTolerance);
    return Error{"The exported model was not written: its answer for " + verification.worstImage +
                     " differs from the trained network's " + text + ".",
                 verification.worstImage};
}

json report(const RunSpec& spec, const Verification& verification) {
    return {{"format", "lemnos-export"},
            {"version", 1},
            {"model", "model.onnx"},
            {"network", spec.model.name},
            {"labels", onnxLabels(spec)},
            {"input", onnxInput(*spec.preprocess)},
            {"verification",
             {{"runtime", std::string("OpenCV DNN ") + CV_VERSION},
              {"images", verification.images},
              {"largest_difference", verification.largestDifference},
              {"allowed_difference", exportTolerance},
              {"worst_image", verification.worstImage},
              {"same_top1", verification.sameTop1}}}};
}

/// Both files or neither.
Status writeFiles(const fs::path& folder, const std::string& onnx, const std::string& reportText) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return Error{"The folder " + displayPath(folder) + " can't be made (" + error.message() + ").",
                     displayPath(folder)};
    }
    TRY_OK(writeAtomically(folder / "model.onnx", onnx));
    Status written = writeAtomically(folder / "export.json", reportText);
    if (!written) fs::remove(folder / "model.onnx", error);
    return written;
}

}  // namespace

Result<ExportReport> exportRun(const fs::path& run, const fs::path& folder, const std::string& device,
                               const EventSink& sink, std::stop_token stop) {
    TRY(const RunStore store, RunStore::open(run));
    TRY(const RunSpec spec, store.readSpec());
    std::error_code error;
    if (!spec.preprocess || spec.classes.empty() || !fs::exists(store.file("weights.safetensors"), error)) {
        return Error{"The run " + displayPath(run) + " has no weights yet; train it for at least one epoch first.",
                     displayPath(run)};
    }
    TRY(const TensorFile weights, readSafetensors(store.file("weights.safetensors")));
    TRY(const Plan plan, makePlan(spec.model, {.input = spec.preprocess->shape(),
                                               .classes = static_cast<std::int64_t>(spec.classes.size())}));
    TRY(const std::string onnx, toOnnx(spec, plan, weights));
    TRY(const Verification verification, verify(onnx, store, device, sink, stop));
    TRY_OK(checkAgreement(verification));
    TRY_OK(writeFiles(folder, onnx,
                      report(spec, verification).dump(2, ' ', false, json::error_handler_t::replace) + "\n"));
    return ExportReport{folder / "model.onnx", verification};
}

}  // namespace lemnos
