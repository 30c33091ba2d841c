// RunIndex on Qt SQL. A connection belongs to the thread that opened it, so each reading has its own.
#include "app/session/run_index.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QtConcurrentRun>
#include <atomic>
#include <map>
#include <nlohmann/json.hpp>

#include "app/session/qt_path.h"
#include "model/train/run_store.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

constexpr int version = 1;  ///< to be raised when summaries hold other things

struct Row {
    QByteArray stamp, summary;
};

/// An open index, or one that is not: then nothing is found and nothing kept.
class Index {
  public:
    explicit Index(const fs::path& file) {
        std::error_code code;
        fs::create_directories(file.parent_path(), code);
        if (open(file)) return;
        // Damaged, or of another version: made anew from the folders.
        m_database.close();
        fs::remove(file, code);
        m_isOpen = open(file);
    }
    ~Index() {
        if (m_isOpen) m_database.commit();
        m_database = {};
        QSqlDatabase::removeDatabase(m_name);
    }
    Index(const Index&) = delete;
    Index& operator=(const Index&) = delete;

    std::map<QByteArray, Row> rows() {
        std::map<QByteArray, Row> rows;
        QSqlQuery query(m_database);
        if (m_isOpen && query.exec(QStringLiteral("SELECT folder, stamp, summary FROM runs"))) {
            while (query.next())
                rows[query.value(0).toByteArray()] = {query.value(1).toByteArray(), query.value(2).toByteArray()};
        }
        return rows;
    }

    void keep(const QByteArray& folder, const Row& row) {
        run(QStringLiteral("INSERT OR REPLACE INTO runs (folder, stamp, summary) VALUES (?, ?, ?)"),
            {folder, row.stamp, row.summary});
    }
    void forget(const QByteArray& folder) { run(QStringLiteral("DELETE FROM runs WHERE folder = ?"), {folder}); }

  private:
    bool open(const fs::path& file) {
        if (!m_database.isValid()) m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
        m_database.setDatabaseName(toText(file));
        if (!m_database.open()) return false;
        QSqlQuery query(m_database);
        if (!query.exec(QStringLiteral("PRAGMA user_version")) || !query.next()) return false;
        const int found = query.value(0).toInt();
        query.finish();
        if (found != 0 && found != version) return false;
        m_isOpen = query.exec(QStringLiteral("CREATE TABLE IF NOT EXISTS runs (folder BLOB PRIMARY KEY, stamp BLOB, "
                                             "summary BLOB)")) &&
                   query.exec(QStringLiteral("SELECT folder, stamp, summary FROM runs LIMIT 1")) &&
                   query.exec(QStringLiteral("PRAGMA user_version = %1").arg(version)) && m_database.transaction();
        return m_isOpen;
    }

    void run(const QString& statement, const QVariantList& values) {
        if (!m_isOpen) return;
        QSqlQuery query(m_database);
        if (!query.prepare(statement)) return;
        for (const QVariant& value : values) query.addBindValue(value);
        query.exec();
    }

    static QString freshName() {
        static std::atomic<int> number = 0;
        return QStringLiteral("runs-%1").arg(++number);
    }

    const QString m_name = freshName();
    QSqlDatabase m_database;
    bool m_isOpen = false;
};

QByteArray bytesOf(const std::string& text) {
    return QByteArray(text.data(), qsizetype(text.size()));
}

std::optional<RunSummary> summaryOf(const Row& row) {
    const auto json = nlohmann::json::parse(row.summary.begin(), row.summary.end(), nullptr, false);
    auto summary = summaryFromJson(json);
    return summary ? std::optional(*std::move(summary)) : std::nullopt;
}

}  // namespace

std::vector<RunSummary> readIndexedRuns(const fs::path& folder, const fs::path& database) {
    Index index(database);
    std::map<QByteArray, Row> known = index.rows();
    std::vector<RunSummary> runs;
    for (const fs::path& run : runFoldersIn(folder)) {
        const QByteArray key = bytesOf(run.native());
        const QByteArray stamp = bytesOf(summaryStamp(run));
        const auto found = known.find(key);
        std::optional<RunSummary> summary;
        if (found != known.end() && found->second.stamp == stamp) summary = summaryOf(found->second);
        if (!summary && (summary = lemnos::summaryOf(run))) {
            index.keep(
                key, {stamp, bytesOf(toJson(*summary).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))});
        }
        if (!summary) continue;
        if (found != known.end()) known.erase(found);
        runs.push_back(std::move(*summary));
    }
    for (const auto& [key, row] : known) {
        // An index may serve several folders of runs, in which sweeps have folders of their own.
        const fs::path parent = fs::path(key.toStdString()).parent_path();
        if (parent == folder || parent.parent_path() == folder) index.forget(key);
    }
    sortNewestFirst(runs);
    return runs;
}

RunIndex::RunIndex(fs::path runs, fs::path database, QObject* parent)
    : QObject(parent), m_folder(std::move(runs)), m_database(std::move(database)) {
    m_pool.setMaxThreadCount(1);
}

RunIndex::~RunIndex() {
    m_pool.waitForDone();
}

void RunIndex::refresh() {
    m_again = m_reading;
    if (m_reading) return;
    m_reading = true;
    QtConcurrent::run(&m_pool, [folder = m_folder, database = m_database] {
        return readIndexedRuns(folder, database);
    }).then(this, [this](std::vector<RunSummary> runs) {
        m_reading = false;
        m_runs = std::move(runs);
        emit changed();
        if (std::exchange(m_again, false)) refresh();
    });
}

}  // namespace lemnos
