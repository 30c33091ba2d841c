// An Advice as JSON: what `train --advise --json` prints, and what the window reads of it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "compute/result.h"
#include "model/together/advisor.h"

namespace lemnos {

nlohmann::json toJson(const Advice& advice);
/// Without `facts` but for the PCs. An Error for anything else.
Result<Advice> adviceFromJson(const nlohmann::json& json);

}  // namespace lemnos
