// Finding lemnos-cli.
#include "app/session/cli_program.h"

#include <QCoreApplication>
#include <QDir>

namespace lemnos {

QString cliProgram() {
    const QString given = qEnvironmentVariable("LEMNOS_CLI");
    if (!given.isEmpty()) return given;
#ifdef _WIN32
    const QString name = QStringLiteral("lemnos-cli.exe");
#else
    const QString name = QStringLiteral("lemnos-cli");
#endif
    return QDir(QCoreApplication::applicationDirPath()).filePath(name);
}

QString cliMissingSentence() {
    return QCoreApplication::translate("Session",
                                       "The program %1 could not be started. Install Lemnos again, or set "
                                       "LEMNOS_CLI to where it is.")
        .arg(QDir::toNativeSeparators(cliProgram()));
}

}  // namespace lemnos
