#include "model/train/metrics_file.h"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <map>

#include "model/files.h"

namespace lemnos {
namespace {

constexpr std::string_view header =
    "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,validation_macro_f1,learning_rate,"
    "images_per_second,seconds,best\n";

/// The shortest text that reads back to the same number, with a point in every language; empty for none.
std::string number(double value) {
    char text[32];
    return std::isfinite(value) ? std::string(text, std::to_chars(text, text + sizeof text, value).ptr) : std::string();
}

std::string rowOf(const EpochEvent& e) {
    const bool validated = e.validation.count > 0;
    std::string row = std::to_string(e.epoch);
    for (const std::string& field :
         {number(e.train.loss), number(e.train.accuracy), validated ? number(e.validation.loss) : std::string(),
          validated ? number(e.validation.accuracy) : std::string(),
          e.validation.macroF1 ? number(*e.validation.macroF1) : std::string(), number(e.learningRate),
          number(e.imagesPerSecond), number(e.seconds), std::string(e.best ? "1" : "0")})
        row += "," + field;
    return row + "\n";
}

Error cannotWrite(const std::filesystem::path& file) {
    return Error{
        "The figures of the epochs can't be written to " + displayPath(file) + " (" + std::strerror(errno) + ").",
        displayPath(file)};
}

}  // namespace

Result<MetricsFile> MetricsFile::create(const std::filesystem::path& file, const std::vector<Event>& before) {
    // An epoch that was told twice counts as it was told last.
    std::map<std::int64_t, std::string> rows;
    for (const Event& event : before)
        if (const auto* epoch = std::get_if<EpochEvent>(&event.what)) rows[epoch->epoch] = rowOf(*epoch);
    std::string text(header);
    for (const auto& [epoch, row] : rows) text += row;
    TRY_OK(writeAtomically(file, text));
    std::FILE* opened = std::fopen(file.c_str(), "ab");
    if (!opened) return cannotWrite(file);
    return MetricsFile(file, opened);
}

Status MetricsFile::add(const Event& event) {
    const auto* epoch = std::get_if<EpochEvent>(&event.what);
    if (!epoch) return {};
    const std::string row = rowOf(*epoch);
    if (std::fwrite(row.data(), 1, row.size(), m_file.get()) != row.size() || std::fflush(m_file.get()) != 0)
        return cannotWrite(m_path);
    return {};
}

}  // namespace lemnos
