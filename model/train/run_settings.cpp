// The settings of a run.
#include "compute/collective/sum_format.h"
#include "model/data/split_params.h"
#include "model/optimizers/optimizer.h"
#include "model/schedules/schedule.h"
#include "model/train/run_spec.h"

namespace lemnos {
namespace {

template <class Type>
std::vector<std::string> namesOf(std::span<const Type* const> types) {
    std::vector<std::string> names;
    for (const Type* type : types) names.emplace_back(type->name);
    return names;
}

}  // namespace

namespace {

std::vector<Param> makeSettings() {
    std::vector<Param> settings = {
        {.key = "epochs",
         .label = LEMNOS_TEXT("Epochs"),
         .help = LEMNOS_TEXT(
             "How often the network sees every training picture; more takes longer and learns more, up to a point."),
         .defaultValue = std::int64_t{50},
         .minimum = 1,
         .maximum = 1'000'000},
        {.key = "batch",
         .label = LEMNOS_TEXT("Batch"),
         .help = LEMNOS_TEXT(
             "Pictures per step; larger batches are faster and need more memory, smaller ones often learn better. "
             "auto takes as many as the memory allows, up to 128."),
         .defaultValue = std::int64_t{32},
         .minimum = 0,
         .maximum = 65535,
         .unit = LEMNOS_TEXT("pictures"),
         .zero = LEMNOS_TEXT("auto")},
        {.key = "optimizer",
         .label = LEMNOS_TEXT("Optimizer"),
         .help = LEMNOS_TEXT("How gradients become new weights; Adam is a good first choice."),
         .defaultValue = std::string("adam"),
         .choices = namesOf(optimizerTypes())},
        {.key = "learning_rate",
         .label = LEMNOS_TEXT("Learning rate"),
         .help =
             LEMNOS_TEXT("Size of a step; too large and the loss jumps, too small and it hardly falls. auto takes the "
                         "optimizer's own."),
         .defaultValue = 0.0,
         .minimum = 0,
         .maximum = 1000,
         .zero = LEMNOS_TEXT("auto")},
        {.key = "checkpoint_minutes",
         .label = LEMNOS_TEXT("Checkpoints"),
         .help = LEMNOS_TEXT(
             "How often the run is saved within an epoch, so that little is lost whatever happens; after each "
             "epoch it is saved anyway. 0 saves it only then."),
         .defaultValue = 5.0,
         .minimum = 0,
         .maximum = 10'000,
         .unit = LEMNOS_TEXT("minutes"),
         .advanced = true},
        {.key = "recompute",
         .label = LEMNOS_TEXT("Recompute"),
         .help = LEMNOS_TEXT("Saves memory by computing cheap values a second time instead of keeping them; each step "
                             "takes a little longer."),
         .defaultValue = false,
         .advanced = true},
        {.key = "precision",
         .label = LEMNOS_TEXT("Precision"),
         .help =
             LEMNOS_TEXT("\"mixed\" keeps what layers pass on in half precision, which takes half the memory and is "
                         "faster on most graphics cards; weights stay in single precision."),
         .defaultValue = std::string("single"),
         .choices = {"single", "mixed"},
         .advanced = true},
        {.key = "schedule",
         .label = LEMNOS_TEXT("Schedule"),
         .help =
             LEMNOS_TEXT("How the learning rate changes over the run; \"cosine\" and \"one_cycle\" often end better "
                         "than a constant rate."),
         .defaultValue = std::string("constant"),
         .choices = namesOf(scheduleTypes())},
        {.key = "patience",
         .label = LEMNOS_TEXT("Patience"),
         .help = LEMNOS_TEXT("Ends the run after this many epochs without a better one; 0 never does."),
         .defaultValue = std::int64_t{10},
         .minimum = 0,
         .maximum = 1'000'000,
         .unit = LEMNOS_TEXT("epochs")},
        {.key = "best_by",
         .label = LEMNOS_TEXT("Best by"),
         .help = LEMNOS_TEXT("Which figure of the validation pictures says what epoch is the best, whose weights are "
                             "kept and which patience waits for, and which trial of a sweep: \"accuracy\"; \"loss\", "
                             "which also tells how sure the network is; or \"macro_f1\", for which every class counts "
                             "alike, however few pictures it has."),
         .defaultValue = std::string("accuracy"),
         .choices = bestByNames()},
        {.key = "tensorboard",
         .label = LEMNOS_TEXT("TensorBoard"),
         .help = LEMNOS_TEXT("Also writes loss, accuracy and learning rate to the folder tensorboard of the run, which "
                             "TensorBoard shows; metrics.csv is written in any case."),
         .defaultValue = false,
         .advanced = true},
        {.key = "seed",
         .label = LEMNOS_TEXT("Seed"),
         .help = LEMNOS_TEXT(
             "Start of all random numbers of the training; the same seed gives the same result on the same device."),
         .defaultValue = std::int64_t{42},
         .minimum = 0,
         .maximum = 9007199254740992.0,  // 2^53: every whole number up to here is exact in JSON
         .advanced = true},
        {.key = "label_smoothing",
         .label = LEMNOS_TEXT("Label smoothing"),
         .help =
             LEMNOS_TEXT("Share of every label that is spread over all classes, so that the network does not become "
                         "too sure of itself; 0 switches it off."),
         .defaultValue = 0.0,
         .minimum = 0,
         .maximum = 0.9,
         .advanced = true},
        {.key = "class_weights",
         .label = LEMNOS_TEXT("Class weights"),
         .help = LEMNOS_TEXT("\"balanced\" lets every class count the same, however many pictures it has."),
         .defaultValue = std::string("none"),
         .choices = {"none", "balanced"},
         .advanced = true},
        {.key = "focal",
         .label = LEMNOS_TEXT("Focal loss"),
         .help = LEMNOS_TEXT("Lets pictures that are recognised already count less, the more the larger this is; 2 is "
                             "common, 0 switches it off."),
         .defaultValue = 0.0,
         .minimum = 0,
         .maximum = 10,
         .advanced = true},
        {.key = "mixup",
         .label = LEMNOS_TEXT("Mixup"),
         .help =
             LEMNOS_TEXT("Blends pictures and their labels in pairs; larger blends more, 0.2 is common, 0 switches it "
                         "off."),
         .defaultValue = 0.0,
         .minimum = 0,
         .maximum = 10,
         .advanced = true},
        {.key = "cutmix",
         .label = LEMNOS_TEXT("CutMix"),
         .help =
             LEMNOS_TEXT("Pastes a piece of one picture into another and mixes their labels; 1 is common, 0 switches "
                         "it off."),
         .defaultValue = 0.0,
         .minimum = 0,
         .maximum = 10,
         .advanced = true},
        {.key = "accumulate",
         .label = LEMNOS_TEXT("Accumulate"),
         .help =
             LEMNOS_TEXT("Batches whose gradients are added up before the weights change; trains as with a batch so "
                         "many times larger, in the memory of one."),
         .defaultValue = std::int64_t{1},
         .minimum = 1,
         .maximum = 4096,
         .unit = LEMNOS_TEXT("batches"),
         .advanced = true},
        {.key = "clip_norm",
         .label = LEMNOS_TEXT("Clip norm"),
         .help =
             LEMNOS_TEXT("Largest length of all gradients together; longer ones are shortened, which keeps a run from "
                         "jumping. 0 switches it off."),
         .defaultValue = 0.0,
         .minimum = 0,
         .maximum = 1e9,
         .advanced = true},
        {.key = "clip_value",
         .label = LEMNOS_TEXT("Clip value"),
         .help = LEMNOS_TEXT("Largest gradient of a single weight; 0 switches it off."),
         .defaultValue = 0.0,
         .minimum = 0,
         .maximum = 1e9,
         .advanced = true},
        {.key = "ema",
         .label = LEMNOS_TEXT("Averaged weights"),
         .help =
             LEMNOS_TEXT("Keeps a moving average of the weights, which is validated and saved in their place; 0.999 "
                         "averages about the last 1000 steps, 0 switches it off."),
         .defaultValue = 0.0,
         .minimum = 0,
         .maximum = 0.999999,
         .advanced = true},
        {.key = "exact",
         .label = LEMNOS_TEXT("Exact"),
         .help = LEMNOS_TEXT(
             "The same weights to the last bit, however many devices of one kind train together; slower, for "
             "gradients are added as whole numbers, shard by shard."),
         .defaultValue = false,
         .advanced = true},
        {.key = "wire",
         .label = LEMNOS_TEXT("Network format"),
         .help = LEMNOS_TEXT("With other PCs: how numbers go over the network. \"float16\" sends half as much as "
                             "\"float32\" and \"int8\" a quarter; what rounding leaves out is sent with the next "
                             "step. It is not quite the same training: compare the accuracy."),
         .defaultValue = std::string("float32"),
         .choices = sumFormatNames(),
         .advanced = true},
        {.key = "local_steps",
         .label = LEMNOS_TEXT("Local steps"),
         .help = LEMNOS_TEXT("With other PCs: steps that each takes by itself before all take the mean of their "
                             "weights, so that little goes over the network; 0 takes every step together. It is not "
                             "quite the same training: compare the accuracy."),
         .defaultValue = std::int64_t{0},
         .minimum = 0,
         .maximum = 10'000,
         .advanced = true},
        {.key = "local_rate",
         .label = LEMNOS_TEXT("Local rate"),
         .help = LEMNOS_TEXT("With local steps: how many times the learning rate each PC takes for its own steps. The "
                             "mean of many PCs is steadier than what one does by itself, so auto takes the square "
                             "root of their number."),
         .defaultValue = 0.0,
         .minimum = 0,
         .maximum = 100,
         .advanced = true,
         .zero = LEMNOS_TEXT("auto")},
        {.key = "outer_rate",
         .label = LEMNOS_TEXT("Outer rate"),
         .help = LEMNOS_TEXT("With local steps: how far all go towards the mean; 1 takes the mean."),
         .defaultValue = 1.0,
         .minimum = 0.01,
         .maximum = 2,
         .advanced = true},
        {.key = "outer_momentum",
         .label = LEMNOS_TEXT("Outer momentum"),
         .help = LEMNOS_TEXT("With local steps: how much of the way of earlier rounds is gone again (Nesterov); 0.9 "
                             "with an outer rate of 0.7 is common for hundreds of local steps."),
         .defaultValue = 0.0,
         .minimum = 0,
         .maximum = 0.99,
         .advanced = true},
        {.key = "shard",
         .label = LEMNOS_TEXT("Shard"),
         .help =
             LEMNOS_TEXT("Pictures that a device works on at a time where several train together; faster devices take "
                         "more shards of a batch. auto takes 16, or more where devices then have four each."),
         .defaultValue = std::int64_t{0},
         .minimum = 0,
         .maximum = 65535,
         .unit = LEMNOS_TEXT("pictures"),
         .advanced = true,
         .zero = LEMNOS_TEXT("auto")},
        {.key = "normalise",
         .label = LEMNOS_TEXT("Normalise"),
         .help = LEMNOS_TEXT("\"dataset\" shifts and scales pixels by the mean and deviation of the training pictures; "
                             "\"imagenet\" by those of ImageNet; \"none\" only divides by 255."),
         .defaultValue = std::string("dataset"),
         .choices = {"dataset", "imagenet", "none"},
         .advanced = true},
        {.key = "features",
         .label = LEMNOS_TEXT("Features"),
         .help = LEMNOS_TEXT("What a dense network reads: \"pixels\", \"hog\" (edges by direction and place) or "
                             "\"pca\" (how pictures differ most). Such a network can't be exported to ONNX."),
         .defaultValue = std::string("pixels"),
         .choices = {"pixels", "hog", "pca"},
         .advanced = true},
        {.key = "hog_cell",
         .label = LEMNOS_TEXT("HOG cell"),
         .help = LEMNOS_TEXT("Side of a cell of HOG features; the training size is a multiple of it."),
         .defaultValue = std::int64_t{8},
         .minimum = 2,
         .maximum = 256,
         .unit = LEMNOS_TEXT("px"),
         .advanced = true},
        {.key = "pca_components",
         .label = LEMNOS_TEXT("PCA components"),
         .help = LEMNOS_TEXT("How many PCA features a picture has; at most 499, for they are found in 500 pictures."),
         .defaultValue = std::int64_t{64},
         .minimum = 1,
         .maximum = 499,
         .advanced = true},
        {.key = "cache",
         .label = LEMNOS_TEXT("Picture cache"),
         .help =
             LEMNOS_TEXT("Most disk space for prepared pictures, which make later epochs and runs start faster; off "
                         "keeps them in memory only."),
         .defaultValue = std::int64_t{8000},
         .minimum = 0,
         .maximum = 10'000'000,
         .unit = LEMNOS_TEXT("MB"),
         .advanced = true,
         .zero = LEMNOS_TEXT("off")},
    };
    settings.insert(settings.end(), splitParams().begin(), splitParams().end());
    return settings;
}

}  // namespace

const Param& widthParam() {
    static const Param width = {
        .key = "width",
        .label = LEMNOS_TEXT("Width"),
        .help =
            LEMNOS_TEXT("How many times as wide as it is written the network is built: 0.5 halves units and filters "
                        "of every layer but the last."),
        .defaultValue = 1.0,
        .minimum = 0.05,
        .maximum = 16};
    return width;
}

BestBy bestByOf(const RunSpec& spec) {
    return bestByFrom(textParam(spec.settings, "best_by")).value_or(BestBy::accuracy);
}

const std::vector<Param>& runSettings() {
    static const std::vector<Param> settings = makeSettings();
    return settings;
}

}  // namespace lemnos
