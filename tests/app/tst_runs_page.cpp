// The Runs page in the real window, and the index behind it.
// With LEMNOS_SHOTS=FOLDER it also saves pictures of its states there, light and dark.
#include <QAbstractItemModelTester>
#include <QAbstractItemView>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "app/gui/theme.h"
#include "app/gui/widgets/run_model.h"
#include "app/gui/widgets/run_overlay.h"
#include "app/session/qt_path.h"
#include "app/session/run_index.h"
#include "model/files.h"
#include "model/templates/template.h"
#include "model/train/run_store.h"
#include "tests/support/window_test.h"

using namespace lemnos;
namespace fs = std::filesystem;

class TstRunsPage : public test::WindowTest {
    Q_OBJECT

    /// A run of so many epochs, as training leaves it behind.
    fs::path addRun(const char* name, const char* network, double rate, int epochs, double height, double startedAt,
                    const char* state = "completed") {
        RunSpec spec;
        spec.data.path = "/data/garden";
        spec.model = *graphFromTemplate(network, {16, 16, 3});
        spec.settings["learning_rate"] = rate;
        spec.run = m_runs / name;
        auto store = RunStore::create(spec);
        if (!store) qFatal("%s", store.error().message.c_str());
        const auto tell = [&](double time, auto event) {
            if (!store->append({time, event}).ok()) qFatal("an event was not written");
        };
        tell(startedAt, StartedEvent{.run = name, .device = "Processor", .network = network, .parameters = 1234});
        for (int epoch = 1; epoch <= epochs; ++epoch) {
            const double share = 1 - std::exp(-epoch / 6.0);
            const Metrics train{2.3 * (1 - share) + 0.1, height * share * 1.04, 800},
                validation{2.3 * (1 - share) + 0.3, height * share * (1 + 0.02 * std::sin(epoch * 1.7)), 100,
                           height * share * 0.9};
            tell(startedAt + epoch * 10,
                 EpochEvent{.epoch = epoch, .epochs = epochs, .train = train, .validation = validation, .best = true});
        }
        if (std::string_view(state) != "unfinished")
            tell(startedAt + 1000, FinishedEvent{.reason = state,
                                                 .epochs = epochs,
                                                 .test = Metrics{0.5, height * 0.97, 100},
                                                 .seconds = epochs * 10.0});
        return spec.run;
    }

    void addThree() {
        addRun("first", "linear", 0.001, 12, 0.62, 1'790'000'000);
        addRun("second", "mlp256", 0.001, 30, 0.81, 1'790'100'000);
        addRun("third", "convnet", 0.004, 24, 0.93, 1'790'200'000, "stopped");
        m_expected = 3;
    }

    void openPage() {
        Outside outside;
        outside.dialogs.confirm = [this](QWidget*, const QString&, const QString& question, const QString&) {
            m_question = question;
            return m_yes;
        };
        outside.dialogs.saveChart = [this](QWidget*, const QString&, const QString&) { return m_chartFile; };
        outside.backend.moveToTrash = [this](const fs::path& path) -> Status {
            if (m_noTrash) return Error{"There is no trash here."};
            fs::rename(path, m_trash / path.filename());
            return {};
        };
        m_window = std::make_unique<MainWindow>(outside);
        m_window->resize(1280, 800);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTest::keyClick(m_window.get(), Qt::Key_5, Qt::ControlModifier);
        QTRY_COMPARE(model()->sourceModel()->rowCount(), m_expected);
    }

    QTableView* table() { return find<QTableView>("runTable"); }
    QSortFilterProxyModel* model() { return qobject_cast<QSortFilterProxyModel*>(table()->model()); }
    QModelIndex cell(int row, int column) { return model()->index(row, column); }
    QString text(int row, int column) { return cell(row, column).data().toString(); }
    void choose(int row) { table()->setCurrentIndex(cell(row, 0)); }
    /// By the space key, as one without a mouse does it.
    void tick(int row) {
        choose(row);
        table()->setFocus();
        QTest::keyClick(table(), Qt::Key_Space);
    }

    std::unique_ptr<QTemporaryDir> m_home;
    fs::path m_runs, m_trash;
    QString m_chartFile;
    QString m_question;
    bool m_yes = true, m_noTrash = false;
    int m_expected = 0;

  private slots:
    void initTestCase() { standForTheProgram(); }

    void init() {
        m_home = std::make_unique<QTemporaryDir>();
        m_runs = toPath(m_home->filePath("runs 花"));
        m_trash = toPath(m_home->filePath("trash"));
        fs::create_directories(m_trash);
        qputenv("LEMNOS_CLI", LEMNOS_CLI);
        qputenv("LEMNOS_RUNS", toText(m_runs).toUtf8());
        qputenv("LEMNOS_PROJECTS", m_home->filePath("projects").toUtf8());
        qputenv("LEMNOS_CACHE", m_home->filePath("cache").toUtf8());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_home->filePath("config"));
        m_yes = true;
        m_noTrash = false;
        m_expected = 0;
    }

    void cleanup() { m_window.reset(); }

    void withoutRunsThePageSaysWhatItIsFor() {
        openPage();
        QVERIFY(find("runsGoToTrain")->isVisible());
        shoot("runs-empty");
        click("runsGoToTrain");
        QVERIFY(find("lossPlot")->isVisible());
    }

    void runsAreListedSortedAndFound() {
        addThree();
        openPage();
        const QAbstractItemModelTester tester(model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QAbstractItemModelTester source(model()->sourceModel(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(text(0, RunModel::nameColumn), QString("third"));
        QCOMPARE(text(0, RunModel::stateColumn), QString("stopped"));
        QCOMPARE(text(2, RunModel::epochsColumn), QString("12"));
        QCOMPARE(text(2, RunModel::testColumn), QString("60.1 %"));
        QCOMPARE(text(2, RunModel::macroF1Column), QString("48.2 %"));
        table()->sortByColumn(RunModel::epochsColumn, Qt::AscendingOrder);
        QCOMPARE(text(0, RunModel::nameColumn), QString("first"));
        QCOMPARE(text(1, RunModel::nameColumn), QString("third"));
        QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier);
        QTRY_VERIFY(find("runSearch")->hasFocus());
        QTest::keyClicks(find("runSearch"), "CONV third");
        QCOMPARE(model()->rowCount(), 1);
        QTest::keyClicks(find("runSearch"), " linear");
        QCOMPARE(model()->rowCount(), 0);
        find<QLineEdit>("runSearch")->clear();
        QCOMPARE(model()->rowCount(), 3);
    }

    void theFiguresAreInSightAndColumnsStayAsTheyWereSet() {
        addThree();
        openPage();
        QHeaderView* header = table()->horizontalHeader();
        const auto isSeen = [&](int column) {
            return header->sectionViewportPosition(column) + header->sectionSize(column) <=
                   table()->viewport()->width();
        };
        for (const int column : {RunModel::bestColumn, RunModel::macroF1Column, RunModel::testColumn})
            QVERIFY2(isSeen(column), qPrintable(QString::number(column)));
        // A wide window has room for whole names, until somebody says how wide they are to be.
        const int narrow = table()->columnWidth(RunModel::nameColumn);
        m_window->resize(2200, 1000);
        QTRY_VERIFY(table()->columnWidth(RunModel::nameColumn) > narrow);
        table()->setColumnWidth(RunModel::nameColumn, 150);
        header->moveSection(header->visualIndex(RunModel::testColumn), 1);
        m_window->resize(1400, 800);
        QTRY_COMPARE(m_window->width(), 1400);
        QCOMPARE(table()->columnWidth(RunModel::nameColumn), 150);
        m_window->close();
        openPage();
        header = table()->horizontalHeader();
        QCOMPARE(table()->columnWidth(RunModel::nameColumn), 150);
        QCOMPARE(header->visualIndex(RunModel::testColumn), 1);
        find<QAction>("actionResetLayout")->trigger();
        QVERIFY(table()->columnWidth(RunModel::nameColumn) > 150);
        QCOMPARE(header->visualIndex(RunModel::testColumn), int(RunModel::testColumn));
        m_window->close();
        QVERIFY(QSettings().value(QStringLiteral("runs/columns%1").arg(int(RunModel::columnEnd))).isNull());
        // What is not the state of a header changes nothing.
        QSettings().setValue(QStringLiteral("runs/columns%1").arg(int(RunModel::columnEnd)), QByteArray("nonsense"));
        openPage();
        header = table()->horizontalHeader();
        QVERIFY(isSeen(RunModel::macroF1Column));
    }

    void tickedRunsAreOverlaidAndTwoAreCompared() {
        addThree();
        openPage();
        auto* overlay = find<RunOverlay>("runOverlay");
        QVERIFY(!find("runDifferences")->isVisible());
        tick(0);
        tick(1);
        QCOMPARE(overlay->graphCount(), 4);
        QVERIFY2(overlay->valuesAt(24).contains("third validation: "), qPrintable(overlay->valuesAt(24)));
        QVERIFY(overlay->valuesAt(24).contains("second validation: "));
        QVERIFY(!overlay->valuesAt(30).contains("third"));
        QVERIFY(overlay->valuesAt(31).isEmpty());
        auto* differences = find<QTableView>("runDifferences");
        QTRY_VERIFY(differences->isVisible());
        const QAbstractItemModelTester tester(differences->model(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        QStringList rows;
        for (int row = 0; row < differences->model()->rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < 3; ++column)
                cells << differences->model()->index(row, column).data().toString();
            rows << cells.join('|');
        }
        QCOMPARE(rows, QStringList({"network|convnet|mlp256", "learning_rate|0.004|0.001"}));
        find<QComboBox>("runMeasure")->setCurrentIndex(1);
        QVERIFY(overlay->valuesAt(3).contains("second train: "));
        find<QComboBox>("runMeasure")->setCurrentIndex(2);  // macro F1, which only validation has
        QVERIFY2(overlay->valuesAt(24).contains("third validation: 82.2 %"), qPrintable(overlay->valuesAt(24)));
        QVERIFY(!overlay->valuesAt(24).contains("train"));
        QVERIFY(!find<QLabel>("runOverlayHint")->text().contains("solid"));
        find<QComboBox>("runMeasure")->setCurrentIndex(0);
        shoot("runs");
        tick(2);
        QCOMPARE(overlay->graphCount(), 6);
        QVERIFY(!differences->isVisible());
        tick(2);
        QCOMPARE(overlay->graphCount(), 4);
    }

    void notesAndTagsStayWithTheRun() {
        addThree();
        openPage();
        choose(1);
        find("runTags")->setFocus();
        QTest::keyClicks(find("runTags"), "good, to publish,good");
        find("runNotes")->setFocus();
        QTest::keyClicks(find("runNotes"), "wide enough");
        choose(0);  // saves what was typed
        QTRY_COMPARE(text(1, RunModel::tagsColumn), QString("good, to publish"));
        const auto notes = readNotes(m_runs / "second");
        QVERIFY(notes.ok());
        QCOMPARE(notes->text, std::string("wide enough"));
        QCOMPARE(notes->tags, (std::vector<std::string>{"good", "to publish"}));
        QCOMPARE(find<QPlainTextEdit>("runNotes")->toPlainText(), QString());
        QTest::keyClicks(find("runSearch"), "publish");
        QCOMPARE(model()->rowCount(), 1);
        // The index can be lost.
        m_window.reset();
        fs::remove(cacheFolder() / "runs.sqlite");
        openPage();
        QCOMPARE(text(1, RunModel::tagsColumn), QString("good, to publish"));
    }

    void aRunGoesToTheTrashOrTheUserIsToldWhyNot() {
        addThree();
        openPage();
        choose(0);
        m_yes = false;
        click("runDiscard");
        QVERIFY(m_question.contains("third"));
        QVERIFY(fs::exists(m_runs / "third"));
        m_yes = true;
        m_noTrash = true;
        click("runDiscard");
        QVERIFY(find("runsProblem")->isVisible());
        m_noTrash = false;
        click("runDiscard");
        QVERIFY(!fs::exists(m_runs / "third"));
        QTRY_COMPARE(model()->rowCount(), 2);
        QVERIFY(!find("runsProblem")->isVisible());
    }

    void anIndexThatIsDamagedOrStaleIsNotBelieved() {
        addThree();
        const fs::path index = toPath(m_home->filePath("index/runs.sqlite"));
        QCOMPARE(readIndexedRuns(m_runs, index).size(), std::size_t(3));
        // It is used: what it says of an unchanged run is what is told.
        const auto again = readIndexedRuns(m_runs, index);
        QCOMPARE(again[1].name, std::string("second"));
        QCOMPARE(again[1].curves.validationLoss.size(), std::size_t(30));
        QCOMPARE(again[2].best->accuracy, summaryOf(m_runs / "first")->best->accuracy);
        // A run that went on, one that is gone, one that is new.
        QVERIFY(RunStore::open(m_runs / "second")->append({0, EpochEvent{.epoch = 31}}).ok());
        fs::remove_all(m_runs / "first");
        addRun("fourth", "linear", 0.01, 1, 0.3, 1'790'300'000, "unfinished");
        const auto changed = readIndexedRuns(m_runs, index);
        QCOMPARE(changed.size(), std::size_t(3));
        QCOMPARE(changed[0].name, std::string("fourth"));
        QCOMPARE(changed[2].epochs, std::int64_t(31));
        for (const std::string& damage : {std::string("no database at all"), std::string(4096, '\0'), std::string()}) {
            QVERIFY(writeAtomically(index, damage).ok());
            QCOMPARE(readIndexedRuns(m_runs, index).size(), std::size_t(3));
            QCOMPARE(readIndexedRuns(m_runs, index).size(), std::size_t(3));
        }
        // A place where nothing can be written.
        QCOMPARE(readIndexedRuns(m_runs, "/proc/no/runs.sqlite").size(), std::size_t(3));
    }

    void theOverlayIsSavedAndHasALogarithmicScale() {
        addRun("odd \"name\"", "linear", 0.001, 2, 0.62, 1'790'000'000);
        m_expected = 1;
        openPage();
        tick(0);
        auto* overlay = find<RunOverlay>("runOverlay");
        click("runLogScale");
        QCOMPARE(overlay->yAxis->scaleType(), QCPAxis::stLogarithmic);
        QTemporaryDir folder;
        for (const auto& [ending, start] :
             {std::pair("png", "\x89PNG"), std::pair("svg", "<?xml"), std::pair("pdf", "%PDF")}) {
            m_chartFile = folder.filePath(QStringLiteral("chart.") + QLatin1String(ending));
            click("saveOverlay");
            QFile file(m_chartFile);
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(file.read(8).startsWith(start), ending);
        }
        m_chartFile = folder.filePath(QStringLiteral("chart.csv"));
        click("saveOverlay");
        QFile file(m_chartFile);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), 5);  // a head, two epochs of training and of validation
        QCOMPARE(lines[0], QByteArray("run,series,epoch,loss,accuracy,macro_f1"));
        const QList<QByteArray> second = lines[2].split(',');
        QCOMPARE(second.mid(0, 3), (QList<QByteArray>{"\"odd \"\"name\"\"\"", "train", "2"}));
        QVERIFY(std::abs(second[3].toDouble() - (2.3 * std::exp(-2 / 6.0) + 0.1)) < 1e-6);
        m_chartFile = QStringLiteral("/proc/no/chart.png");
        click("saveOverlay");
        QVERIFY(find("runsProblem")->isVisible());
    }

    void trainingAgainBeginsARunWithTheSameSettings() {
        addThree();
        openPage();
        choose(1);
        click("runReproduce");
        QVERIFY(find("lossPlot")->isVisible());
        // The data is not there, so the run fails; what matters is what was asked for.
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->session().isRunning(), 30'000);
        QVERIFY2(find<QPlainTextEdit>("logView")->toPlainText().contains("garden"),
                 qPrintable(find<QPlainTextEdit>("logView")->toPlainText()));
    }
};

QTEST_MAIN(TstRunsPage)
#include "tst_runs_page.moc"
