#include "model/train/step_times.h"

#include <nlohmann/json.hpp>

#include "model/json_fields.h"
#include "model/param.h"

namespace lemnos {

void StepTimes::add(const StepTimes& part) {
    read += part.read;
    decode += part.decode;
    upload += part.upload;
    compute += part.compute;
    sync += part.sync;
}

StepTimes StepTimes::shares() const {
    const double whole = total();
    if (!(whole > 0)) return {};
    return {read / whole, decode / whole, upload / whole, compute / whole, sync / whole};
}

nlohmann::json toJson(const StepTimes& times) {
    return {{"read", times.read},
            {"decode", times.decode},
            {"upload", times.upload},
            {"compute", times.compute},
            {"sync", times.sync}};
}

StepTimes stepTimesFrom(JsonFields& outer) {
    if (!outer.has("times") || !outer.status()) return {};
    JsonFields fields(outer.value("times"), "\"times\"");
    const StepTimes times{fields.real("read"), fields.real("decode"), fields.real("upload"), fields.real("compute"),
                          fields.real("sync")};
    if (!fields.status()) outer.fail("times", "is not what it should be: " + fields.status().error().message);
    return times;
}

std::string adviceOn(const StepTimes& times) {
    const StepTimes share = times.shares();
    constexpr double worthTelling = 0.25;  // below, doing away with it would change little
    if (times.total() <= 0) return {};
    if (share.read >= worthTelling && share.read >= share.decode)
        return LEMNOS_TEXT("Reading pictures takes long: use a faster disk or a larger picture cache.");
    if (share.decode >= worthTelling)
        return LEMNOS_TEXT("Preparing pictures takes long: enlarge the picture cache or augment less.");
    if (share.sync >= worthTelling)
        return LEMNOS_TEXT("Waiting between steps takes long: use a larger batch or fewer devices.");
    if (share.upload >= worthTelling)
        return LEMNOS_TEXT("Handing pictures to the device takes long: use smaller pictures.");
    return LEMNOS_TEXT("The device is busy: a faster one or a smaller network would be quicker.");
}

}  // namespace lemnos
