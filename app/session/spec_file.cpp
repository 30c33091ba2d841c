#include "app/session/spec_file.h"

#include <QCoreApplication>
#include <QDir>
#include <nlohmann/json.hpp>

namespace lemnos {

Result<std::unique_ptr<QTemporaryFile>> writeSpecFile(const nlohmann::json& spec) {
    auto file = std::make_unique<QTemporaryFile>(QDir::tempPath() + QStringLiteral("/lemnos-XXXXXX.json"));
    const std::string text = spec.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
    if (file->open() && file->write(text.data(), qint64(text.size())) == qint64(text.size()) && file->flush())
        return file;
    return Error{QCoreApplication::translate(
                     "SpecFile", "The temporary file %1 could not be written (%2). Make room there and try again.")
                     .arg(file->fileName(), file->errorString())
                     .toStdString()};
}

}  // namespace lemnos
