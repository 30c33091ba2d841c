#include "app/session/spec_file.h"

#include <QCoreApplication>
#include <nlohmann/json.hpp>

namespace lemnos {

Result<std::unique_ptr<QTemporaryFile>> writeSpecFile(const nlohmann::json& spec) {
    auto file = std::make_unique<QTemporaryFile>();
    const std::string text = spec.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
    if (file->open() && file->write(text.data(), qint64(text.size())) == qint64(text.size()) && file->flush())
        return file;
    return Error{QCoreApplication::translate(
                     "SpecFile", "A temporary file could not be written (%1). Make room for it and try again.")
                     .arg(file->errorString())
                     .toStdString()};
}

}  // namespace lemnos
