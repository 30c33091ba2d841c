// CliTest: calls lemnos-cli as scripts do, in a folder of its own.
#pragma once

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include "model/data/sample_data.h"

namespace lemnos::test {

class CliTest : public QObject {
  protected:
    static constexpr int waitMs = 300'000;

    struct Outcome {
        int exitCode = -1;
        QByteArray out, err;

        /// Each line of standard output as JSON; discarded values where a line is none.
        std::vector<nlohmann::json> lines() const {
            std::vector<nlohmann::json> list;
            for (const QByteArray& line : out.trimmed().split('\n'))
                list.push_back(nlohmann::json::parse(line.toStdString(), nullptr, false));
            return list;
        }
    };

    /// Draws a data set in the folder, called `name`.
    void makeData(const QString& name, const SampleDataOptions& options) {
        QVERIFY2(QFile::exists(LEMNOS_CLI), "build the target lemnos-cli first");
        m_data = path(name);
        QVERIFY(makeSampleData(m_data.toStdString(), options).ok());
    }

    /// `more` are further environment variables.
    Outcome run(const QStringList& arguments, const QStringList& more = {}) const {
        return runProgram(LEMNOS_CLI, arguments, more);
    }

    Outcome runProgram(const QString& program, const QStringList& arguments, const QStringList& more = {}) const {
        QProcess process;
        process.setEnvironment(QProcess::systemEnvironment() + more);
        process.setWorkingDirectory(m_dir.path());
        process.start(program, arguments);
        Outcome outcome;
        if (!process.waitForFinished(waitMs)) return outcome;
        outcome.exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
        outcome.out = process.readAllStandardOutput();
        outcome.err = process.readAllStandardError();
        return outcome;
    }

    QString path(const QString& name) const { return m_dir.filePath(name); }

    QTemporaryDir m_dir;
    QString m_data;
};

}  // namespace lemnos::test
