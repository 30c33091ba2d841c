// Between QString and std::filesystem::path, whatever script the path is written in.
#pragma once

#include <QFile>
#include <QString>
#include <filesystem>

#include "model/data/image.h"

namespace lemnos {

inline std::filesystem::path toPath(const QString& text) {
#ifdef _WIN32
    return text.toStdWString();
#else
    return QFile::encodeName(text).toStdString();
#endif
}

/// For messages and fields; bytes that are not UTF-8 become the replacement character.
inline QString toText(const std::filesystem::path& path) {
    return QString::fromStdString(displayPath(path));
}

}  // namespace lemnos
