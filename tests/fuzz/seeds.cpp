// Valid inputs for every parser, made by what writes them.
#include "tests/fuzz/seeds.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

#include "model/data/cache_file.h"
#include "model/data/dataset_index.h"
#include "model/data/project_file.h"
#include "model/data/write_back.h"
#include "model/exchange/safetensors.h"
#include "model/files.h"
#include "model/lan/hiring.h"
#include "model/lan/last_word.h"
#include "model/lan/sharing_settings.h"
#include "model/lan/wire.h"
#include "model/phrased_error.h"
#include "model/sweep/sweep_event.h"
#include "model/templates/template.h"
#include "model/together/advisor_json.h"
#include "model/together/order.h"
#include "model/train/event.h"
#include "model/train/run_spec.h"

namespace lemnos::test {

namespace {

std::vector<std::string> safetensorsSeeds() {
    TensorFile file;
    file.tensors = {{"dense.weight", {2, 3}, {1, 2, 3, 4, 5, 6}}, {"dense.bias", {3}, {7, 8, 9}}, {"s", {}, {0}}};
    file.metadata = {{"format", "lemnos"}};
    return {toSafetensors(file), toSafetensors({})};
}

std::vector<std::string> graphSeeds() {
    std::vector<std::string> seeds;
    for (const TemplateType* type : graphTemplates()) seeds.push_back(toJson(*graphFromTemplate(type->name)).dump());
    return seeds;
}

std::vector<std::string> runSpecSeeds() {
    Result<RunSpec> spec = makeRunSpec("/data/flowers", "mlp256");
    if (!spec) std::abort();
    std::vector<std::string> seeds = {toJson(*spec).dump()};
    spec->data = {"/data/caf\xe9", 28, 28, 1, {}};
    for (const char* augment : {R"({"type":"flip_horizontal"})", R"({"type":"shift"})"}) {
        Result<TransformSpec> transform = transformFromJson(nlohmann::json::parse(augment));
        if (!transform) std::abort();
        spec->data.augment.push_back(*std::move(transform));
    }
    for (const char* step : {R"({"type":"resize","params":{"mode":"fit"}})", R"({"type":"clahe"})"}) {
        Result<TransformSpec> transform = transformFromJson(nlohmann::json::parse(step));
        if (!transform) std::abort();
        spec->data.preprocess.push_back(*std::move(transform));
    }
    spec->preprocess = Preprocess{28, 28, 1, {120}, {60}, spec->data.preprocess};
    spec->preprocess->features.kind = FeatureKind::hog;
    spec->preprocess->features.cell = 7;
    spec->classes = {"a", "\u83ca"};
    seeds.push_back(toJson(*spec).dump());
    return seeds;
}

std::vector<std::string> sweepSeeds() {
    SweepSpec spec{.base = *makeRunSpec("/data/flowers", "mlp256"), .parameters = {}, .devices = {"cpu"}};
    for (const auto& [key, values] : {std::pair("learning_rate", "0.001..0.1:log:4"), std::pair("batch", "8,16")})
        spec.parameters.push_back(*parseSweepParameter(key, values));
    spec.settings = *resolveParams(sweepSettings(), ParamMap(), "the sweep");
    const std::vector<Trial> trials = {{1, {{"batch", std::int64_t{8}}}}, {2, {{"batch", std::int64_t{16}}}}};
    std::string journal;
    for (const SweepEvent& event : std::vector<SweepEvent>{
             SweepStartedEvent{"/f", trials, {{2, 1}, {1, 3}}, BestBy::accuracy}, TrialStartedEvent{1, 0, 1, "cpu"},
             TrialEpochEvent{1, 1, 0.5}, TrialEndedEvent{1, 0, 1, 0.5, {}}, TrialEndedEvent{2, 0, 1, {}, "why"},
             TrialEndedEvent{1, 1, 3, 0.9, {}}, SweepFailedEvent{"no"}, SweepFinishedEvent{"stopped"}})
        journal += toLine(event) + "\n";
    return {toJson(spec).dump(), journal};
}

std::vector<std::string> eventSeeds() {
    const std::vector<Event> events = {
        {1.5, StartedEvent{"/run", "GPU", "mlp512", 123, 800, 100, 100, 5, 25, 1 << 20, true}},
        {2, PhaseEvent{"Looking", 3, 10}},
        {2.5, ProgressEvent{.epoch = 2,
                            .step = 3,
                            .steps = 25,
                            .train = {1.25, 0.5, 96},
                            .imagesPerSecond = 1234.5,
                            .etaSeconds = 17,
                            .devices = {{"Ryzen 5", "processor", 96, 0.25, 0.5}}}},
        {3, EpochEvent{2, 5, {1, 0.5, 800}, {0.75, 0.625, 100}, 8.5, 94, true}},
        {3.5, LogEvent{LogEvent::Level::warning, "a\nb"}},
        {4, FinishedEvent{"completed", 5, 4, {0.25, 0.75, 80}, Metrics{0.5, 0.625, 40}, 12.5}},
        {5, FailedEvent{"lost"}},
    };
    std::vector<std::string> lines;
    for (const Event& event : events) lines.push_back(toLine(event));
    lines.push_back(toLine({9, PredictionsEvent{1, {{"a.png", "cat", "dog", 0.5}}}}));
    return lines;
}

std::vector<std::string> imageSeeds() {
    cv::Mat colour(9, 7, CV_8UC3), deep(5, 6, CV_16UC4);
    for (int i = 0; i < 9 * 7 * 3; ++i) colour.data[i] = static_cast<unsigned char>(i * 37);
    for (int i = 0; i < 5 * 6 * 8; ++i) deep.data[i] = static_cast<unsigned char>(i * 91);
    std::vector<std::string> seeds;
    const auto add = [&](const char* extension, const cv::Mat& picture) {
        std::vector<unsigned char> bytes;
        if (!cv::imencode(extension, picture, bytes)) std::abort();
        seeds.emplace_back(bytes.begin(), bytes.end());
    };
    for (const char* extension : {".png", ".jpg", ".bmp", ".webp", ".tif"}) add(extension, colour);
    add(".png", deep);
    add(".tif", deep);
    return seeds;
}

std::vector<std::string> splitSeeds() {
    DatasetIndex index;
    index.classes = {"a", "b"};
    index.samples = {{"a/1.png", 0, Split::train, 8, 8},
                     {"a/\u56fe 2.png", 0, Split::validation, 8, 8},
                     {"b/caf\xe9.png", 1, Split::test, 8, 8},
                     {"b/4\t.png", 1, Split::test, 8, 8}};
    const std::filesystem::path file = std::filesystem::temp_directory_path() / "lemnos-fuzz-seed.tsv";
    if (!saveSplits(index, file)) std::abort();
    const Result<std::string> text = readFile(file);
    std::filesystem::remove(file);
    if (!text) std::abort();
    return {*text};
}

std::vector<std::string> projectSeeds() {
    ProjectFile small{.sources = {"/data"}}, full{.sources = {"/data/a", "/data/caf\xe9.csv"}};
    full.split = {.seed = 1, .unit = SplitOptions::Unit::name, .folds = 4, .fold = 2};
    full.edits.push({.kind = Edit::Kind::exclude, .files = {{0, "a/1.png", 77}, {1, "b/\xff.png", 0}}});
    full.edits.push({.kind = Edit::Kind::relabel, .files = {{0, "a/1.png", 77}}, .to = "c"});
    full.edits.push({.kind = Edit::Kind::assign, .files = {{0, "a/1.png", 77}}, .split = Split::test});
    full.edits.push({.kind = Edit::Kind::merge, .from = "a", .to = "b"});
    full.edits.push({.kind = Edit::Kind::rename, .from = "b", .to = "d"});
    full.edits.undo();
    full.sides.parts = {{{1, 2, 3}, {4}, {0xffffffffffffffff}}};
    return {projectText(small, "/"), projectText(full, "/data")};
}

std::vector<std::string> listSeeds() {
    return {"a.png,cat,train\nb.png,dog,test\n", "path\tlabel\nx/1.png\tcat\nx/2.png\tdog\n",
            "\xef\xbb\xbfsplit;label;filename\r\ntrain;cat;\"a \"\"quoted\"\".png\"\r\n"};
}

std::vector<std::string> cacheSeeds() {
    const auto seed = [](std::uint64_t pictures) {
        const CacheHeader header{.key = 7, .pictures = pictures, .pictureBytes = 12};
        std::string bytes(header.offset(pictures), 'x');
        std::memcpy(bytes.data(), &header, sizeof header);
        return bytes;
    };
    return {seed(0), seed(1), seed(3)};
}

std::vector<std::string> journalSeeds() {
    return {journalText({}), journalText({{"/a/1.png", "/b/1.png"}, {"/a/\xff\t.png", "/.excluded/a/2.png"}})};
}

std::vector<std::string> wireSeeds() {
    const auto text = [](const std::vector<std::byte>& bytes) {
        return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    };
    const Hello hello{1, 2, 0, "a PC", "0.1.0"};
    Join join;
    join.rank = 1;
    join.size = 3;
    const Announce announce{{}, 4711, hello};
    std::string stranger, rank;
    for (const FrameType type : {FrameType::pairCommit, FrameType::pairReveal})
        stranger += text(encodeFrame({type, 0, 0, 0, 0, 0, 0}, std::vector<std::byte>(32)));
    for (const FrameType type : {FrameType::part, FrameType::sums})
        rank += text(encodeFrame({type, 0, 0, 1, 2, 3, 4}, std::vector<std::byte>(64)));
    return {text(toBytes(hello)),
            text(toBytes(join)),
            text(toBytes(Call{Call::Kind::sumFloats, 1, 2, 0})),
            text(toBytes(announce)),
            stranger,
            rank,
            text(encodeFrame({FrameType::hello, 0, 0, 0, 0, 0, 0}, toBytes(hello)))};
}

std::vector<std::string> hiringSeeds() {
    const auto seed = [](char kind, const auto& bytes) {
        return std::string(1, kind) + std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    };
    View view;
    view.rank = 1;
    view.members = {{{}, "Anna", "192.168.0.7", 7413}, {{}, "Studio", "", 0}};
    view.doors = {7412, 0};
    Job job;
    Result<RunSpec> spec = makeRunSpec("/data/flowers", "linear");
    if (!spec) std::abort();
    job.spec = *spec;
    job.spec.classes = {"rose", "tulip"};
    job.spec.preprocess = Preprocess{};
    job.spec.preprocess->width = job.spec.preprocess->height = 2;
    job.spec.preprocess->channels = 1;
    job.spec.preprocess->mean = {0};
    job.spec.preprocess->deviation = {1};
    job.index.classes = job.spec.classes;
    job.index.samples.resize(3);
    job.index.samples[1].label = 1;
    job.blobs = {4, picturesPerBlob(4), {0, 2}, {Digest{}}};
    const JobParcels parcels = toParcels(job);
    std::string jobBytes;
    for (const Message* parcel : {&parcels.description, &parcels.labels, &parcels.pictures}) {
        jobBytes += static_cast<char>(parcel->size() % 256);
        jobBytes += static_cast<char>(parcel->size() / 256);
        jobBytes.append(reinterpret_cast<const char*>(parcel->data()), parcel->size());
    }
    if (!jobFrom(parcels)) std::abort();
    return {seed(0, toMessage(HireRequest{"mlp512"})),
            seed(1, toMessage(Hired{7412, 7413})),
            seed(2, toMessage(Ready{"GPU", {1}})),
            seed(3, toMessage(view)),
            seed(4, jobBytes),
            seed(6, toLastWord(phrasedError({"It helps '%1' at the moment.", {Phrase::name("Anna")}}).message)),
            seed(5, toBytes(Order{}))};
}

std::vector<std::string> adviceSeeds() {
    TeamFacts facts{.pcs = {{"Anna", 1, 0.1, 0.2, 0.1, 1e8}, {"", 2, 0.1, 0.4, 0.1}}, .buckets = {1000}};
    facts.secondsPerNumber = {1e-6, 1e-7, 1e-8};
    facts.pictures = facts.largestBatch = 1000;
    facts.batch = 32;
    return {toJson(advise(facts)).dump()};
}

std::vector<std::string> sharingSeeds() {
    const std::string peers = R"({"format":"lemnos-peers","version":1,"peers":[{"id":")" + hexOf(DeviceId{}) +
                              R"(","name":"Studio","address":"192.168.0.7:7411"}]})";
    return {peers, toSharingText(*resolveParams(sharingParams(), ParamMap(), "sharing"))};
}

}  // namespace

std::map<std::string, std::vector<std::string>> fuzzSeeds() {
    return {{"fuzz_safetensors", safetensorsSeeds()},
            {"fuzz_graph", graphSeeds()},
            {"fuzz_run_spec", runSpecSeeds()},
            {"fuzz_event", eventSeeds()},
            {"fuzz_sweep", sweepSeeds()},
            {"fuzz_image", imageSeeds()},
            {"fuzz_splits", splitSeeds()},
            {"fuzz_project", projectSeeds()},
            {"fuzz_list", listSeeds()},
            {"fuzz_journal", journalSeeds()},
            {"fuzz_cache", cacheSeeds()},
            {"fuzz_wire", wireSeeds()},
            {"fuzz_hiring", hiringSeeds()},
            {"fuzz_sharing", sharingSeeds()},
            {"fuzz_advice", adviceSeeds()}};
}

}  // namespace lemnos::test
