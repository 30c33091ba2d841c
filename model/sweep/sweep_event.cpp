#include "model/sweep/sweep_event.h"

#include <nlohmann/json.hpp>

#include "model/json_fields.h"

namespace lemnos {

namespace {

using nlohmann::json;

json valueToJson(const std::optional<double>& value) {
    return value ? json(*value) : json();
}

std::optional<double> valueFrom(JsonFields& fields, std::string_view key) {
    return fields.value(key).is_number() ? std::optional(fields.real(key)) : std::nullopt;
}

json toJson(const SweepStartedEvent& e) {
    json trials = json::array(), rungs = json::array();
    for (const Trial& trial : e.trials) trials.push_back(lemnos::toJson(trial.values));
    for (const Rung& rung : e.rungs) rungs.push_back({{"trials", rung.trials}, {"epochs", rung.epochs}});
    return {{"event", "sweep_started"},
            {"folder", bytesToJson(e.folder)},
            {"trials", trials},
            {"rungs", rungs},
            {"best_by", toString(e.bestBy)}};
}

json toJson(const TrialStartedEvent& e) {
    return {
        {"event", "trial_started"}, {"trial", e.trial}, {"rung", e.rung}, {"epochs", e.epochs}, {"device", e.device}};
}

json toJson(const TrialEpochEvent& e) {
    return {{"event", "trial_epoch"}, {"trial", e.trial}, {"epoch", e.epoch}, {"value", valueToJson(e.value)}};
}

json toJson(const TrialEndedEvent& e) {
    json object = {{"event", "trial_ended"},
                   {"trial", e.trial},
                   {"rung", e.rung},
                   {"epochs", e.epochs},
                   {"value", valueToJson(e.value)}};
    if (!e.error.empty()) object["error"] = e.error;
    return object;
}

json toJson(const SweepFinishedEvent& e) {
    return {{"event", "sweep_finished"}, {"reason", e.reason}};
}

json toJson(const SweepFailedEvent& e) {
    return {{"event", "sweep_failed"}, {"message", e.message}};
}

/// Numbers stay whole where they are whole, as the settings have them.
Result<ParamMap> valuesFromJson(const json& object) {
    const Error error{"A trial's values must be settings.", {}};
    if (!object.is_object()) return error;
    ParamMap values;
    for (const auto& [key, value] : object.items()) {
        const Param* param = findSweepParam(key);
        if (!param) return error;
        TRY(const ParamMap resolved, resolveParams({*param}, json{{key, value}}, "a trial"));
        values[key] = resolved.at(key);
    }
    return values;
}

Result<SweepEvent> startedFrom(JsonFields& fields) {
    SweepStartedEvent event;
    const auto folder = bytesFromJson(fields.value("folder"));
    if (!folder) fields.fail("folder", "must be a path");
    event.folder = folder.value_or("");
    if (fields.has("best_by")) {
        const auto by = bestByFrom(fields.text("best_by"));
        if (!by) fields.fail("best_by", "names no figure of the validation");
        event.bestBy = by.value_or(BestBy::accuracy);
    } else if (fields.has("lower_is_better")) {  // journals from before there was macro F1
        event.bestBy = fields.flag("lower_is_better") ? BestBy::loss : BestBy::accuracy;
    }
    for (const json& values : fields.value("trials")) {
        Trial trial{.number = static_cast<std::int64_t>(event.trials.size() + 1), .values = {}};
        TRY(trial.values, valuesFromJson(values));
        event.trials.push_back(std::move(trial));
    }
    for (const json& object : fields.value("rungs")) {
        JsonFields rung(object, "A rung of the sweep");
        event.rungs.push_back({rung.count("trials"), rung.count("epochs")});
        TRY_OK(rung.status());
    }
    return SweepEvent(std::move(event));
}

}  // namespace

std::string toLine(const SweepEvent& event) {
    return std::visit([](const auto& e) { return toJson(e); }, event)
        .dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<SweepEvent> sweepEventFromLine(std::string_view line) {
    const json object = json::parse(line.begin(), line.end(), nullptr, false);
    JsonFields fields(object, "The event");
    const std::string name = fields.text("event");
    Result<SweepEvent> event = SweepEvent(SweepFinishedEvent{});
    if (name == "sweep_started") {
        event = startedFrom(fields);
    } else if (name == "trial_started") {
        event = SweepEvent(TrialStartedEvent{fields.count("trial"), fields.count("rung"), fields.count("epochs"),
                                             fields.text("device")});
    } else if (name == "trial_epoch") {
        event = SweepEvent(TrialEpochEvent{fields.count("trial"), fields.count("epoch"), valueFrom(fields, "value")});
    } else if (name == "trial_ended") {
        event =
            SweepEvent(TrialEndedEvent{fields.count("trial"), fields.count("rung"), fields.count("epochs"),
                                       valueFrom(fields, "value"), fields.has("error") ? fields.text("error") : ""});
    } else if (name == "sweep_finished") {
        event = SweepEvent(SweepFinishedEvent{fields.text("reason")});
    } else if (name == "sweep_failed") {
        event = SweepEvent(SweepFailedEvent{fields.text("message")});
    } else {
        fields.fail("event", "is not known");
    }
    TRY_OK(fields.status());
    return event;
}

}  // namespace lemnos
