// JsonFields: reads the fields of one JSON object and remembers the first thing that is wrong with them.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compute/result.h"

namespace lemnos {

/// Each getter returns a neutral value once something was wrong; status() tells what. `owner` begins the message.
/// The object must outlive the reader.
class JsonFields {
  public:
    JsonFields(const nlohmann::json& object, std::string owner);

    bool has(std::string_view key) const;
    bool flag(std::string_view key);
    std::int64_t integer(std::string_view key, std::int64_t minimum, std::int64_t maximum);
    std::int64_t count(std::string_view key);  ///< an integer from 0 on
    double real(std::string_view key);         ///< null stands for "not a number", which JSON can't write
    std::string text(std::string_view key);
    /// The field itself, or null when it is missing.
    const nlohmann::json& value(std::string_view key);

    /// Refuses every key that is not in the list.
    void allowOnly(const std::vector<std::string_view>& keys);

    void fail(std::string_view key, const std::string& why);
    const Status& status() const { return m_status; }

  private:
    const nlohmann::json* find(std::string_view key);

    const nlohmann::json& m_object;
    std::string m_owner;
    Status m_status;
};

/// Names on disk are bytes. Those that are UTF-8 are written as text, others as {"escaped": "..."}, so that none is
/// lost.
nlohmann::json bytesToJson(const std::string& bytes);
/// Nothing when it is something else, or holds a zero byte.
std::optional<std::string> bytesFromJson(const nlohmann::json& value);

}  // namespace lemnos
