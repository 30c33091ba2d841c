#include "model/together/advisor_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/json_fields.h"
#include "model/phrase_json.h"

namespace lemnos {
namespace {

using nlohmann::json;

constexpr const char* owner = "The advice";
constexpr std::string_view kindNames[] = {"alone", "steps", "rounds"};

Result<Phrase> phraseFrom(const json& object) {
    const auto phrase =
        object.is_object() && object.contains("phrase") ? phraseFromJson(object["phrase"]) : std::nullopt;
    if (!phrase) return Error{std::string(owner) + " has a sentence that can't be read."};
    return *phrase;
}

json toJson(const std::vector<Phrase>& phrases) {
    json list = json::array();
    for (const Phrase& phrase : phrases) list.push_back(sentenceToJson(phrase));
    return list;
}

Result<std::vector<Phrase>> phrasesFrom(const json& list) {
    if (!list.is_array()) return Error{std::string(owner) + " has no list of sentences where there should be one."};
    std::vector<Phrase> phrases;
    for (const json& object : list) {
        TRY(Phrase phrase, phraseFrom(object));
        phrases.push_back(std::move(phrase));
    }
    return phrases;
}

json toJson(const TeamMode& mode) {
    return {{"kind", kindNames[static_cast<std::size_t>(mode.kind)]},
            {"wire", sumFormatNames()[static_cast<std::size_t>(mode.wire)]},
            {"local_steps", mode.localSteps},
            {"accumulate", mode.accumulate},
            {"images_per_second", mode.imagesPerSecond},
            {"speed_up", mode.speedUp},
            {"after_pass_seconds", mode.afterPassSeconds},
            {"name", sentenceToJson(mode.name)},
            {"arithmetic", sentenceToJson(mode.arithmetic)},
            {"changes", toJson(mode.changes)}};
}

Result<TeamMode> modeFrom(const json& object) {
    if (!object.is_object()) return Error{std::string(owner) + " has something that is no way to train."};
    JsonFields fields(object, owner);
    TeamMode mode;
    const auto kind = std::ranges::find(kindNames, fields.text("kind"));
    const auto wire = sumFormatFrom(fields.text("wire"));
    mode.localSteps = fields.count("local_steps");
    mode.accumulate = fields.integer("accumulate", 1, 1'000'000);
    mode.imagesPerSecond = fields.real("images_per_second");
    mode.speedUp = fields.real("speed_up");
    mode.afterPassSeconds = fields.real("after_pass_seconds");
    if (fields.status() && kind == std::end(kindNames)) fields.fail("kind", "is not known");
    if (fields.status() && !wire) fields.fail("wire", "is not known");
    const json &name = fields.value("name"), &arithmetic = fields.value("arithmetic"),
               &changes = fields.value("changes");
    TRY_OK(fields.status());
    mode.kind = static_cast<TeamMode::Kind>(kind - std::begin(kindNames));
    mode.wire = *wire;
    TRY(mode.name, phraseFrom(name));
    TRY(mode.arithmetic, phraseFrom(arithmetic));
    TRY(mode.changes, phrasesFrom(changes));
    return mode;
}

json toJson(const MeasuredPc& pc) {
    return {{"name", pc.name},
            {"step_seconds", pc.stepSeconds},
            {"round_seconds", pc.roundSeconds},
            {"shard_seconds", pc.shardSeconds},
            {"update_seconds", pc.updateSeconds},
            {"bytes_per_second", pc.bytesPerSecond}};
}

Result<MeasuredPc> pcFrom(const json& object) {
    if (!object.is_object()) return Error{std::string(owner) + " has something that is no PC."};
    JsonFields fields(object, owner);
    const MeasuredPc pc{fields.text("name"),          fields.real("step_seconds"),   fields.real("round_seconds"),
                        fields.real("shard_seconds"), fields.real("update_seconds"), fields.real("bytes_per_second")};
    TRY_OK(fields.status());
    return pc;
}

}  // namespace

json toJson(const Advice& advice) {
    json pcs = json::array(), modes = json::array();
    for (const MeasuredPc& pc : advice.facts.pcs) pcs.push_back(toJson(pc));
    for (const TeamMode& mode : advice.modes) modes.push_back(toJson(mode));
    return {{"pcs", pcs},
            {"round_trip_seconds", 2 * advice.facts.hopSeconds},
            {"modes", modes},
            {"best", advice.best},
            {"best_changed", advice.bestChanged ? json(*advice.bestChanged) : json()},
            {"sentences", toJson(advice.sentences)}};
}

Result<Advice> adviceFromJson(const json& object) {
    if (!object.is_object()) return Error{std::string(owner) + " can't be read."};
    JsonFields fields(object, owner);
    Advice advice;
    const json &pcs = fields.value("pcs"), &modes = fields.value("modes"), &changed = fields.value("best_changed");
    advice.facts.hopSeconds = fields.real("round_trip_seconds") / 2;
    TRY_OK(fields.status());
    if (!pcs.is_array() || pcs.empty() || !modes.is_array() || modes.empty())
        return Error{std::string(owner) + " has no PCs, or no ways to train."};
    const auto place = [&](std::string_view key) {
        return static_cast<std::size_t>(fields.integer(key, 0, static_cast<std::int64_t>(modes.size()) - 1));
    };
    advice.best = place("best");
    if (!changed.is_null()) advice.bestChanged = place("best_changed");
    TRY_OK(fields.status());
    for (const json& pc : pcs) {
        TRY(MeasuredPc read, pcFrom(pc));
        advice.facts.pcs.push_back(std::move(read));
    }
    for (const json& mode : modes) {
        TRY(TeamMode read, modeFrom(mode));
        advice.modes.push_back(std::move(read));
    }
    TRY(advice.sentences, phrasesFrom(fields.value("sentences")));
    return advice;
}

}  // namespace lemnos
