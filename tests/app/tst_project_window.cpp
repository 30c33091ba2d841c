// Projects as files: saved by themselves, moved with their data, opened by name, and left whole by a crash.
#include <QDir>
#include <QLabel>
#include <QProcess>
#include <QSettings>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>
#include <csignal>

#include "app/session/qt_path.h"
#include "model/data/project_file.h"
#include "model/data/sample_data.h"
#include "model/files.h"
#include "tests/support/temp_data_set.h"
#include "tests/support/watched_application.h"
#include "tests/support/window_test.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

constexpr int waitMs = 60'000;

}  // namespace

class TstProjectWindow : public test::WindowTest {
    Q_OBJECT

    fs::path in(const char* name) const { return toPath(m_home->filePath(QLatin1String(name))); }

    void openWindow() {
        Outside outside;
        outside.dialogs.saveFile = [this](QWidget*, const QString&, const QString&) { return m_answer; };
        m_window = std::make_unique<MainWindow>(outside);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    void open(const fs::path& path) {
        drop({toText(path)});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().dataset(), waitMs);
    }

    const DatasetIndex& index() { return *m_window->project().dataset()->index; }

    /// "shop/shapes.lemnos" beside its data.
    fs::path savedProject() {
        open(in("shop/shapes"));
        m_answer = m_home->filePath("shop/shapes.lemnos");
        m_window->findChild<QAction*>("actionSaveAs")->trigger();
        if (!QTest::qWaitFor([&] { return QFile::exists(m_answer); }, waitMs)) qFatal("nothing was saved");
        return toPath(m_answer);
    }

    static std::size_t savedEdits(const fs::path& file) {
        const auto project = readProject(file);
        return project ? project->edits.done().size() : 0;
    }

    std::unique_ptr<QTemporaryDir> m_home;
    QString m_answer;

  private slots:
    void initTestCase() { standForTheProgram(); }

    void init() {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("LEMNOS_PROJECTS", m_home->filePath("projects").toUtf8());
        qputenv("LEMNOS_CACHE", m_home->filePath("cache").toUtf8());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_home->filePath("config"));
        QVERIFY(makeSampleData(in("shop/shapes"), {.imagesPerClass = 12, .sizePixels = 16}).ok());
        openWindow();
    }

    void cleanup() { m_window.reset(); }

    void anEditIsOnTheDiskAMomentLater() {
        const fs::path file = savedProject();
        QCOMPARE(savedEdits(file), std::size_t(0));
        QVERIFY(m_window->project().edit({.kind = Edit::Kind::excludeClass, .from = "star"}).ok());
        QTRY_COMPARE_WITH_TIMEOUT(savedEdits(file), std::size_t(1), waitMs);
        // What is there now is what a crash leaves: it opens with the edit, elsewhere too.
        fs::create_directories(in("rescued"));
        fs::copy_file(file, in("rescued/shapes.lemnos"));
        m_window.reset();
        openWindow();
        open(in("rescued/shapes.lemnos"));
        QVERIFY(std::ranges::find(index().classes, "star") == index().classes.end());
    }

    void aProjectIsMovedTogetherWithItsData() {
        savedProject();
        m_window.reset();
        fs::rename(in("shop"), in("elsewhere 店"));
        openWindow();
        open(in("elsewhere 店/shapes.lemnos"));
        QCOMPARE(index().root, in("elsewhere 店/shapes"));
        QCOMPARE(index().samples.size(), std::size_t(120));
        QVERIFY(index().problems.empty());
        QVERIFY(!find("dataError")->isVisible());
    }

    void aNewerVersionIsRefusedPolitelyAndLeftAlone() {
        const std::string newer = R"({"format": "lemnos-project", "version": 99})";
        test::writeTestFile(in("future.lemnos"), newer);
        open(in("shop/shapes"));
        drop({m_home->filePath("future.lemnos")});
        QTRY_VERIFY_WITH_TIMEOUT(find("dataError")->isVisible(), waitMs);
        const QString said = find<QLabel>("dataError")->text();
        QVERIFY2(said.contains("newer version"), qPrintable(said));
        QCOMPARE(index().samples.size(), std::size_t(120));  // what was open is open still
        m_window.reset();
        const auto after = readFile(in("future.lemnos"));
        QVERIFY(after.ok());
        QCOMPARE(*after, newer);
    }

    void aProjectNamedAsAnArgumentIsOpenedAndSurvivesACrash() {
        const fs::path file = savedProject();
        m_window.reset();
        // Saved again as soon as it is open: without the parts that it had, which are dealt out then.
        ProjectFile project = *readProject(file);
        QVERIFY(!project.sides.empty());
        project.sides = {};
        QVERIFY(writeProject(project, file).ok());
        QProcess program;
        program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        program.start(LEMNOS_APP, {toText(file)});
        const auto isSaved = [&] {
            const auto now = readProject(file);
            return now && !now->sides.empty();
        };
        QVERIFY(QTest::qWaitFor(isSaved, waitMs));
        QCOMPARE(::kill(pid_t(program.processId()), SIGKILL), 0);
        QVERIFY(program.waitForFinished(waitMs));
        QVERIFY(isSaved());
        openWindow();
        open(file);
        QCOMPARE(find<QLabel>("projectName")->text(), QString("shapes"));
        QCOMPARE(index().samples.size(), std::size_t(120));
    }

    void theDesktopOpensProjectsByADoubleClick() {
        const QString folder = QStringLiteral(LEMNOS_SOURCE_DIR) + "/resources/";
        QFile mime(folder + "lemnos-mime.xml");
        QVERIFY(mime.open(QIODevice::ReadOnly));
        QXmlStreamReader reader(&mime);
        QString type, pattern;
        while (!reader.atEnd()) {
            if (reader.readNext() != QXmlStreamReader::StartElement) continue;
            if (reader.name() == QLatin1String("mime-type")) type = reader.attributes().value("type").toString();
            if (reader.name() == QLatin1String("glob")) pattern = reader.attributes().value("pattern").toString();
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QCOMPARE(pattern, QString("*.lemnos"));
        QFile desktop(folder + "lemnos.desktop");
        QVERIFY(desktop.open(QIODevice::ReadOnly));
        const QStringList lines = QString::fromUtf8(desktop.readAll()).split('\n');
        QVERIFY(lines.contains("Exec=lemnos %F"));  // the file is an argument
        const int types = int(lines.indexOf(QRegularExpression("^MimeType=.*")));
        QVERIFY(types >= 0 && lines[types].mid(9).split(';').contains(type));
    }
};

LEMNOS_WINDOW_TEST_MAIN(TstProjectWindow)
#include "tst_project_window.moc"
