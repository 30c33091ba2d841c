#include "model/lan/sharing_settings.h"

#include <nlohmann/json.hpp>

#include "model/files.h"
#include "model/json_fields.h"

namespace lemnos {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double mostMegabytes = 1e8;

fs::path fileIn(const fs::path& folder) {
    return folder / "sharing.json";
}

}  // namespace

const std::vector<Param>& sharingParams() {
    static const std::vector<Param> params{
        {.key = "when_idle",
         .label = LEMNOS_TEXT("Only when idle"),
         .help = LEMNOS_TEXT(
             "Helps only while nobody uses this PC, and leaves when somebody comes or other programs work."),
         .defaultValue = false},
        {.key = "memory",
         .label = LEMNOS_TEXT("Memory"),
         .help = LEMNOS_TEXT("Most memory of each device that a run of others may take."),
         .defaultValue = std::int64_t{0},
         .minimum = 0,
         .maximum = mostMegabytes,
         .unit = "MB",
         .zero = LEMNOS_TEXT("all")},
        {.key = "disk",
         .label = LEMNOS_TEXT("Disk"),
         .help = LEMNOS_TEXT("Most disk space for the pictures of others; those used longest ago go first."),
         .defaultValue = std::int64_t{20'000},
         .minimum = 0,
         .maximum = mostMegabytes,
         .unit = "MB"},
        {.key = "at_once",
         .label = LEMNOS_TEXT("Runs at once"),
         .help = LEMNOS_TEXT("Runs of others that this PC helps with at the same time."),
         .defaultValue = std::int64_t{1},
         .minimum = 1,
         .maximum = 8},
        {.key = "device",
         .label = LEMNOS_TEXT("Devices"),
         .help = LEMNOS_TEXT("What to train on, as \"lemnos-cli devices\" lists it; several with commas between."),
         .defaultValue = std::string("auto"),
         .advanced = true},
        {.key = "hidden",
         .label = LEMNOS_TEXT("Hidden"),
         .help = LEMNOS_TEXT("Does not announce this PC in the network; others reach it by its address."),
         .defaultValue = false,
         .advanced = true},
    };
    return params;
}

Result<ParamMap> loadSharing(const fs::path& folder) {
    const fs::path file = fileIn(folder);
    std::error_code code;
    if (!fs::exists(file, code)) return resolveParams(sharingParams(), ParamMap(), "sharing");
    TRY(const std::string text, readFile(file));
    auto values = sharingFromText(text);
    if (!values) return Error{displayPath(file) + ": " + values.error().message, displayPath(file)};
    return values;
}

Result<ParamMap> sharingFromText(std::string_view text) {
    const json object = json::parse(text, nullptr, false);
    JsonFields fields(object, "What this PC shares");
    if (const std::string format = fields.text("format"); fields.status() && format != "lemnos-sharing")
        fields.fail("format", "is not lemnos-sharing");
    fields.integer("version", 1, 1);
    const json& settings = fields.value("settings");
    TRY_OK(fields.status());
    return resolveParams(sharingParams(), settings, "sharing");
}

std::string toSharingText(const ParamMap& values) {
    const json object = {{"format", "lemnos-sharing"}, {"version", 1}, {"settings", toJson(values)}};
    return object.dump(2) + "\n";
}

Status saveSharing(const fs::path& folder, const ParamMap& values) {
    std::error_code code;
    fs::create_directories(folder, code);
    return writeAtomically(fileIn(folder), toSharingText(values));
}

}  // namespace lemnos
