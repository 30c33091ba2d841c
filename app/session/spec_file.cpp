#include "app/session/spec_file.h"

#include <QCoreApplication>
#include <QDir>
#include <nlohmann/json.hpp>

namespace lemnos {

Result<std::unique_ptr<QTemporaryFile>> writeSpecFile(const RunSpec& spec) {
    auto file = std::make_unique<QTemporaryFile>(QDir::tempPath() + QStringLiteral("/lemnos-run-XXXXXX.json"));
    const std::string json = toJson(spec).dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
    if (file->open() && file->write(json.data(), qint64(json.size())) == qint64(json.size()) && file->flush())
        return file;
    return Error{QCoreApplication::translate(
                     "SpecFile", "The temporary file %1 could not be written (%2). Make room there and try again.")
                     .arg(file->fileName(), file->errorString())
                     .toStdString()};
}

}  // namespace lemnos
