// The Data page in the real window: edits by menus and keys, the doctor, splits, several sources, projects.
// With LEMNOS_SHOTS=FOLDER it also saves pictures of every state there, light and dark.
#include <QAbstractItemModelTester>
#include <QAbstractItemView>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabBar>
#include <QTemporaryDir>
#include <QtTest>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "app/gui/theme.h"
#include "app/gui/widgets/balance_chart.h"
#include "app/gui/widgets/finding_model.h"
#include "app/gui/widgets/number_field.h"
#include "app/gui/widgets/problem_model.h"
#include "app/gui/widgets/split_model.h"
#include "app/session/qt_path.h"
#include "model/data/sample_data.h"
#include "tests/support/temp_data_set.h"
#include "tests/support/test_data.h"
#include "tests/support/watched_application.h"
#include "tests/support/window_test.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

constexpr int waitMs = 60'000;

/// A picture with soft shapes in the colours of its class, another one for each seed.
std::string picture(int seed, int label, const char* extension = ".png", int quality = 95) {
    cv::Mat noise(5, 5, CV_8UC3), image;
    cv::RNG random(std::uint64_t(seed) * 7919 + std::uint64_t(label) * 104729 + 1);
    random.fill(noise, cv::RNG::UNIFORM, 40, 216);
    noise += cv::Scalar(label == 0 ? 40 : 0, label == 1 ? 40 : 0, label == 2 ? 40 : 0);
    cv::resize(noise, image, {96, 96}, 0, 0, cv::INTER_CUBIC);
    std::vector<unsigned char> bytes;
    cv::imencode(extension, image, bytes, {cv::IMWRITE_JPEG_QUALITY, quality});
    return {bytes.begin(), bytes.end()};
}

}  // namespace

class TstDataPage : public test::WindowTest {
    Q_OBJECT

    void put(const fs::path& file, const std::string& bytes) { test::writeTestFile(m_data / file, bytes); }

    void openWindow() {
        Outside outside;
        outside.dialogs.askText = [this](QWidget*, const QString&, const QString&, const QStringList& choices,
                                         const QString&, bool) {
            m_choices = choices;
            return std::optional(m_answer);
        };
        outside.dialogs.chooseFolder = [this](QWidget*, const QString&, const QString& start) {
            m_start = start;
            return m_answer;
        };
        outside.dialogs.saveFile = [this](QWidget*, const QString&, const QString&) { return m_answer; };
        outside.dialogs.chooseFile = [this](QWidget*, const QString&, const QString&) { return m_answer; };
        m_window = std::make_unique<MainWindow>(outside);
        m_window->resize(1280, 800);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    void open() {
        drop({toText(m_data)});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().dataset(), waitMs);
    }

    const DatasetIndex& index() { return *m_window->project().dataset()->index; }
    QAbstractItemView* classes() { return find<QAbstractItemView>("classList"); }
    QAbstractItemView* grid() { return find<QAbstractItemView>("thumbnailGrid"); }
    void selectClass(int row) { classes()->setCurrentIndex(classes()->model()->index(row, 0)); }
    void showTab(int tab) {
        auto* tabs = find<QTabBar>("dataTabs");
        QTest::mouseClick(tabs, Qt::LeftButton, Qt::NoModifier, tabs->tabRect(tab).center());
        QCOMPARE(tabs->currentIndex(), tab);
    }
    void undo() { QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier); }

    QTemporaryDir m_drawn;
    std::optional<fs::path> m_real;  ///< 4,840 characters, or drawn shapes where there is no such data
    std::unique_ptr<QTemporaryDir> m_home;
    fs::path m_data;
    QString m_answer, m_start;
    QStringList m_choices;

  private slots:
    void initTestCase() {
        standForTheProgram();
        m_real = test::testDataSet("omniglot242");  // before each test has a cache folder of its own
        if (m_real) return;
        m_real = m_drawn.path().toStdString() + "/shapes";
        QVERIFY(makeSampleData(*m_real, {.imagesPerClass = 60}).ok());
    }

    void init() {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("LEMNOS_PROJECTS", m_home->filePath("projects").toUtf8());
        qputenv("LEMNOS_CACHE", m_home->filePath("cache").toUtf8());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_home->filePath("config"));
        m_data = toPath(m_home->filePath(QStringLiteral("garden 花")));
        const char* const names[] = {"daisy", "rose", "tulip"};
        for (int label = 0; label < 3; ++label) {
            for (int i = 0; i < 24; ++i) put(fs::path(names[label]) / (std::to_string(i) + ".png"), picture(i, label));
        }
        openWindow();
    }

    void cleanup() { m_window.reset(); }

    void aClassIsRenamedMergedAndExcludedByKeys() {
        open();
        selectClass(1);
        classes()->setFocus();
        m_answer = "bellis";
        QTest::keyClick(classes(), Qt::Key_F2);
        QTRY_COMPARE(index().classes.front(), std::string("bellis"));
        QCOMPARE(classes()->currentIndex().data().toString(), QString("bellis"));
        selectClass(2);
        m_answer = "tulip";
        QTest::keyClick(classes(), Qt::Key_M, Qt::ControlModifier);
        QTRY_COMPARE(index().classes.size(), std::size_t(2));
        QCOMPARE(m_choices, QStringList({"bellis", "tulip"}));
        QCOMPARE(index().classCounts()[1], std::size_t(48));
        undo();
        QTRY_COMPARE(index().classes.size(), std::size_t(3));
        selectClass(3);
        QTest::keyClick(classes(), Qt::Key_Delete);
        QTRY_COMPARE(index().excluded.size(), std::size_t(24));
        undo();
        undo();
        QTRY_COMPARE(index().classes.front(), std::string("daisy"));
        QTest::keySequence(m_window.get(), QKeySequence(QKeySequence::Redo));
        QTRY_COMPARE(index().classes.front(), std::string("bellis"));
        QVERIFY(fs::exists(m_data / "daisy"));
    }

    /// The watchdog looks on while thousands of pictures are looked through, searched, edited and dealt out.
    void manyPicturesAreLookedThroughAndMended() {
        drop({toText(*m_real)});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().dataset(), waitMs);
        const std::size_t all = index().samples.size(), classCount = index().classes.size();
        QVERIFY(all >= 600);
        for (const int key : {Qt::Key_End, Qt::Key_PageUp, Qt::Key_PageUp, Qt::Key_Home, Qt::Key_PageDown}) {
            grid()->setFocus();
            QTest::keyClick(grid(), Qt::Key(key));
            QCoreApplication::processEvents();
        }
        QTest::keyClicks(find("pictureSearch"), "1");
        QTRY_VERIFY(grid()->model()->rowCount() < int(all));
        find<QLineEdit>("pictureSearch")->clear();
        QTRY_COMPARE(grid()->model()->rowCount(), int(all));
        m_answer = "everything";
        selectClass(1);
        grid()->setFocus();
        QTest::keyClick(grid(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(grid(), Qt::Key_F2);
        const auto isThere = [&] { return std::ranges::find(index().classes, "everything") != index().classes.end(); };
        QTRY_VERIFY(isThere());
        undo();
        QTRY_VERIFY(!isThere());
        QCOMPARE(index().classes.size(), classCount);
        showTab(3);
        auto* list = find<QAbstractItemView>("findingList");
        QTRY_VERIFY_WITH_TIMEOUT(list->isVisible(), waitMs);
        showTab(2);
        showTab(1);
        showTab(0);
    }

    void aNameThatIsTakenIsExplained() {
        open();
        selectClass(1);
        classes()->setFocus();
        m_answer = "rose";
        QTest::keyClick(classes(), Qt::Key_F2);
        QTRY_VERIFY(find("dataError")->isVisible());
        QVERIFY(find<QLabel>("dataError")->text().contains("merge"));
        QCOMPARE(index().classes.front(), std::string("daisy"));
    }

    void picturesAreRelabelledMovedAndExcluded() {
        open();
        selectClass(1);
        grid()->setFocus();
        grid()->setCurrentIndex(grid()->model()->index(0, 0));
        QTest::keyClick(grid(), Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(grid()->selectionModel()->selectedIndexes().size(), 2);
        m_answer = "weed";
        QTest::keyClick(grid(), Qt::Key_F2);
        QTRY_COMPARE(index().classes.size(), std::size_t(4));
        QCOMPARE(index().classCounts()[3], std::size_t(2));
        QCOMPARE(classes()->currentIndex().data().toString(), QString("daisy"));  // the user stays there
        grid()->setCurrentIndex(grid()->model()->index(0, 0));
        grid()->findChild<QAction*>("moveToTest")->trigger();
        QTRY_VERIFY(index().samples.front().given == Split::test);
        grid()->setCurrentIndex(grid()->model()->index(0, 0));
        QTest::keyClick(grid(), Qt::Key_Delete);
        QTRY_COMPARE(index().excluded.size(), std::size_t(1));
        auto* tabs = find<QTabBar>("dataTabs");
        QCOMPARE(tabs->count(), 5);
        showTab(4);
        auto* skipped = find<QAbstractItemView>("skippedFiles");
        QCOMPARE(skipped->model()->rowCount(), 1);
        skipped->setCurrentIndex(skipped->model()->index(0, 0));
        skipped->findChild<QAction*>("includeFiles")->trigger();
        QTRY_COMPARE(index().excluded.size(), std::size_t(0));
        QCOMPARE(tabs->count(), 4);
        shoot("browse");
    }

    void picturesAreFoundByNameAndLabelledTogether() {
        for (int i = 0; i < 3; ++i) put("rose/IMG_" + std::to_string(i) + " blurred.png", picture(40 + i, 1));
        put("tulip/img_9.png", picture(60, 2));
        open();
        QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(find("pictureSearch")->hasFocus());
        QTest::keyClicks(find("pictureSearch"), "img_");
        QTRY_COMPARE(grid()->model()->rowCount(), 4);
        QCOMPARE(find<QLabel>("pictureCount")->text(), QString("4 images"));
        selectClass(2);
        QTRY_COMPARE(grid()->model()->rowCount(), 3);
        QTest::keyClick(find("pictureSearch"), Qt::Key_Return);
        QTRY_VERIFY(grid()->hasFocus());
        QTest::keyClick(grid(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(find<QLabel>("pictureCount")->text(), QString("3 of 3 selected"));
        shoot("search");
        m_answer = "unclear";
        QTest::keyClick(grid(), Qt::Key_F2);
        QTRY_COMPARE(index().classes.size(), std::size_t(4));
        QCOMPARE(index().classCounts()[3], std::size_t(3));
        QTRY_COMPARE(grid()->model()->rowCount(), 0);  // the search stays, and no rose has such a name any more
        find<QLineEdit>("pictureSearch")->clear();
        QTRY_COMPARE(grid()->model()->rowCount(), 24);
    }

    void theBalanceOfTheClassesIsReadByKeysAndOpensAClass() {
        for (int i = 0; i < 30; ++i) put("tulip/more" + std::to_string(i) + ".png", picture(100 + i, 2));
        open();
        showTab(1);
        QVERIFY2(find<QLabel>("balanceSummary")->text().contains("2.25 times"),
                 qPrintable(find<QLabel>("balanceSummary")->text()));
        auto* chart = find<BalanceChart>("balanceChart");
        QCOMPARE(chart->barCount(), 3);
        QCOMPARE(chart->textOf(0), QString("tulip: 54 images, 52.9 % of all"));
        chart->setFocus();
        QTest::keyClick(chart, Qt::Key_End);
        QCOMPARE(chart->current(), 2);
        QTest::keyClick(chart, Qt::Key_Left);
        QCOMPARE(chart->current(), 1);
        shoot("balance");
        click("balanceLogarithmic");
        QVERIFY(chart->isLogarithmic());
        QTest::keyClick(chart, Qt::Key_Home);
        QTest::keyClick(chart, Qt::Key_Return);
        QCOMPARE(find<QTabBar>("dataTabs")->currentIndex(), 0);
        QCOMPARE(classes()->currentIndex().data().toString(), QString("tulip"));
        QCOMPARE(grid()->model()->rowCount(), 54);
        showTab(1);
        const QPoint middle(int(chart->xAxis->coordToPixel(1)), chart->axisRect()->center().y());
        QTest::mouseClick(chart, Qt::LeftButton, Qt::NoModifier, middle);
        QCOMPARE(grid()->model()->rowCount(), 24);
    }

    void anEditThatLeavesTooLittleIsTakenBack() {
        open();
        for (const int row : {3, 2}) {
            selectClass(row);
            classes()->setFocus();
            QTest::keyClick(classes(), Qt::Key_Delete);
            if (row == 3) QTRY_COMPARE(index().classes.size(), std::size_t(2));
        }
        QTRY_VERIFY(find("dataError")->isVisible());
        QTRY_COMPARE(m_window->project().history().file().edits.done().size(), std::size_t(1));
        QCOMPARE(index().classes.size(), std::size_t(2));
    }

    void aSplitThatLeavesTooLittleIsTakenBackWithoutTheEdits() {
        const fs::path root = toPath(m_home->filePath("parts"));
        for (const char* part : {"train", "test"}) {
            for (int label = 0; label < 3; ++label) {
                if (label > 0 && std::string_view(part) == "train") continue;  // classes that are in the test only
                for (int i = 0; i < 8; ++i)
                    test::writeTestFile(root / part / std::to_string(label) / (std::to_string(i) + ".png"),
                                        picture(i + (part[1] == 'e' ? 100 : 0), label));
            }
        }
        const auto setIgnoreFolders = [&](bool on) {
            ParamMap settings = m_window->project().settings();
            settings["ignore_folders"] = on;
            m_window->project().setSettings(settings);
        };
        setIgnoreFolders(true);
        drop({toText(root)});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().dataset(), waitMs);
        QCOMPARE(index().classes.size(), std::size_t(3));
        const std::size_t before = index().samples.size();
        QVERIFY(m_window->project().edit({.kind = Edit::Kind::exclude, .files = {keyOf(index().samples[0])}}).ok());
        QTRY_COMPARE(index().samples.size(), before - 1);
        setIgnoreFolders(false);
        QTRY_VERIFY(find("dataError")->isVisible());
        QTRY_VERIFY(m_window->project().splitOptions().ignoreFolders);
        QCOMPARE(m_window->project().history().file().edits.done().size(), std::size_t(1));
        QCOMPARE(index().samples.size(), before - 1);
    }

    void aKeptProjectOfANewerVersionStaysOnTheDisk() {
        const fs::path kept = unnamedProject({m_data});
        const std::string newer = R"({"format": "lemnos-project", "version": 99})";
        test::writeTestFile(kept, newer);
        open();
        QCOMPARE(index().classes.size(), std::size_t(3));
        const auto text = readFile(fs::path(kept) += ".unread");
        QVERIFY(text.ok());
        QCOMPARE(*text, newer);
    }

    void theDoctorFindsAndMends() {
        put("daisy/copy.png", picture(3, 0));
        put("daisy/again.jpg", picture(5, 0, ".jpg", 85));
        put("rose/of tulip.png", picture(7, 2));
        put("rose/half.jpg", picture(50, 1, ".jpg").substr(0, 900));
        put("tulip/photo.png", picture(60, 2, ".jpg"));
        put("tulip/empty.png", "");
        open();
        showTab(3);
        auto* list = find<QAbstractItemView>("findingList");
        QTRY_VERIFY_WITH_TIMEOUT(list->isVisible(), waitMs);
        const QAbstractItemModelTester tester(list->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto* checks = find<QListWidget>("checkList");
        const int found = list->model()->rowCount();
        QVERIFY2(found >= 6, qPrintable(QString::number(found)));
        QVERIFY(find<QTabBar>("dataTabs")->tabText(3).endsWith(QString::number(found)));
        list->setCurrentIndex(list->model()->index(3, 0));
        shoot("issues");
        list->setCurrentIndex(list->model()->index(0, 0));
        list->setFocus();
        QTRY_VERIFY(find("fix0")->isVisible());
        click("fix0");
        QTRY_COMPARE(list->model()->rowCount(), found - 1);
        QTRY_VERIFY(index().excluded.size() > 0);
        undo();
        QTRY_COMPARE(list->model()->rowCount(), found);
        QTRY_COMPARE(index().excluded.size(), std::size_t(0));
        // One kind of issue at a time, by the list of kinds.
        checks->setFocus();
        for (int row = checks->count() - 1; row > 0; --row) {
            checks->setCurrentRow(row);
            QVERIFY(list->model()->rowCount() < found);
            QTRY_VERIFY(find("fix0")->isVisible());
        }
        click("examineAgain");
        QTRY_VERIFY_WITH_TIMEOUT(list->isVisible(), waitMs);
        checks->setCurrentRow(0);
        QCOMPARE(list->model()->rowCount(), found);
    }

    void allIssuesOfAKindAreMendedAtOnce() {
        for (int i = 0; i < 4; ++i) put("daisy/x" + std::to_string(i) + ".png", picture(70 + i, 0, ".jpg"));
        open();
        showTab(3);
        auto* list = find<QAbstractItemView>("findingList");
        QTRY_VERIFY_WITH_TIMEOUT(list->isVisible() && list->model()->rowCount() == 4, waitMs);
        list->setCurrentIndex(list->model()->index(0, 0));
        click("fixAll");
        QTRY_COMPARE(list->model()->rowCount(), 0);
        QCOMPARE(m_window->project().history().file().edits.done().size(), std::size_t(1));
        undo();
        QTRY_COMPARE(list->model()->rowCount(), 4);
    }

    void cancellingTheDoctorShowsWhereItBegins() {
        open();
        showTab(3);
        if (find("cancelDoctor")->isVisible()) click("cancelDoctor");
        QTRY_VERIFY(find("examine")->isVisible() || find("findingList")->isVisible());
    }

    void theSplitIsDealtOutAnewAndShownPerClass() {
        open();
        showTab(2);
        auto* table = find<QAbstractItemView>("splitTable");
        const QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(table->model()->rowCount(), 3);
        QCOMPARE(table->model()->index(0, SplitModel::validationColumn).data().toString(), QString("2"));
        auto* folds = find("splitEditor")->findChild<NumberField*>("param_folds");
        QVERIFY(folds);
        auto* fold = find("splitEditor")->findChild<NumberField*>("param_fold");
        QVERIFY2(!fold->isEnabled(), "one of no folds");
        folds->setFocus();
        folds->selectAll();
        QTest::keyClicks(folds, "4");
        QTRY_COMPARE(index().count(Split::validation), std::size_t(3 * (22 / 4)));
        QCOMPARE(m_window->project().splitOptions().folds, 4);
        shoot("splits");
        QVERIFY(fold->isEnabled());
        fold->setFocus();
        fold->selectAll();
        QTest::keyClicks(fold, "9");
        QTRY_VERIFY(find("splitError")->isVisible());
    }

    void editsComeBackWithTheData() {
        open();
        selectClass(1);
        classes()->setFocus();
        QTest::keyClick(classes(), Qt::Key_Delete);
        QTRY_COMPARE(index().classes.size(), std::size_t(2));
        m_window.reset();  // as after a crash, the project is what was saved last
        openWindow();
        open();
        QCOMPARE(index().classes.size(), std::size_t(2));
        undo();
        QTRY_COMPARE(index().classes.size(), std::size_t(3));
    }

    void whatIsDoneToPicturesComesBackWithTheProject() {
        open();
        const QString file = m_home->filePath("mine.lemnos");
        m_answer = file;
        m_window->findChild<QAction*>("actionSaveAs")->trigger();
        QTRY_VERIFY(QFile::exists(file));
        click("augmentAdd");
        auto* menu = find<QMenu>("augmentMenu");
        QTRY_VERIFY(menu->isVisible());
        auto* rotate = menu->findChild<QAction*>("add_rotate");
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(rotate).center());
        QCOMPARE(m_window->project().data().augment.size(), std::size_t(1));
        undo();
        QCOMPARE(m_window->project().data().augment.size(), std::size_t(0));
        QTest::keySequence(m_window.get(), QKeySequence::Redo);
        QCOMPARE(m_window->project().data().augment.size(), std::size_t(1));
        m_window.reset();
        openWindow();
        drop({file});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().dataset(), waitMs);
        QCOMPARE(m_window->project().data().augment.size(), std::size_t(1));
        QCOMPARE(m_window->project().data().augment[0].type, std::string("rotate"));
    }

    void aProjectIsSavedMovedAndOpened() {
        open();
        selectClass(1);
        classes()->setFocus();
        QTest::keyClick(classes(), Qt::Key_Delete);
        QTRY_COMPARE(index().classes.size(), std::size_t(2));
        m_answer = m_home->filePath("Garden.lemnos");
        m_window->findChild<QAction*>("actionSaveAs")->trigger();
        QTRY_VERIFY(QFile::exists(m_answer));
        QCOMPARE(find<QLabel>("projectName")->text(), QString("Garden"));
        m_window.reset();
        openWindow();
        drop({m_answer});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().dataset(), waitMs);
        QCOMPARE(index().classes.size(), std::size_t(2));
        QCOMPARE(find<QLabel>("projectName")->text(), QString("Garden"));
        // A run reads the project, because the folder alone does not say what was done.
        QCOMPARE(m_window->project().spec().data.path, toPath(m_answer));
    }

    void editsAreWrittenToTheFoldersAndTakenBack() {
        open();
        grid()->setFocus();
        grid()->setCurrentIndex(grid()->model()->index(0, 0));
        m_answer = "tulip";
        QTest::keyClick(grid(), Qt::Key_F2);
        QTRY_COMPARE(index().classCounts()[2], std::size_t(25));
        m_window->findChild<QAction*>("actionWriteBack")->trigger();
        QTRY_VERIFY(m_window->findChild<QDialog*>("writeBack"));
        QTRY_VERIFY(find("writeBackMove")->isVisible() && find("writeBackMove")->isEnabled());
        auto* moves = find<QAbstractItemView>("writeBackTable")->model();
        const QAbstractItemModelTester tester(moves, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(moves->rowCount(), 1);
        QCOMPARE(moves->index(0, 0).data().toString(), QString("daisy/0.png"));
        QCOMPARE(moves->index(0, 1).data().toString(), QString("tulip/0-2.png"));
        QVERIFY(fs::exists(m_data / "daisy/0.png"));
        click("writeBackMove");
        QTRY_VERIFY(!fs::exists(m_data / "daisy/0.png"));
        QVERIFY(fs::exists(m_data / "tulip/0-2.png"));
        QTRY_VERIFY(!m_window->project().history().undoStack().canUndo());
        QTRY_COMPARE(index().classCounts()[2], std::size_t(25));
        m_window->findChild<QAction*>("actionUndoWriteBack")->trigger();
        QTRY_VERIFY(fs::exists(m_data / "daisy/0.png"));
        QTRY_VERIFY(m_window->project().history().undoStack().canUndo());
        QVERIFY(!fs::exists(m_data / "tulip/0-2.png"));
        QTRY_COMPARE(index().classCounts()[2], std::size_t(25));
    }

    void droppedPicturesAreAddedToAClass() {
        open();
        const std::size_t before = index().samples.size();
        QStringList dropped;
        for (const char* name : {"a, \"b\".png", "花.png"}) {
            const fs::path file = toPath(m_home->filePath("found")) / name;
            test::writeTestFile(file, picture(80 + int(dropped.size()), 1));
            dropped << toText(file);
        }
        m_answer = "rose";
        drop(dropped);
        QTRY_COMPARE_WITH_TIMEOUT(index().samples.size(), before + 2, waitMs);
        QCOMPARE(m_choices, QStringList({"daisy", "rose", "tulip"}));
        QCOMPARE(index().classCounts()[1], std::size_t(26));
        QVERIFY(index().problems.empty());
        QVERIFY(find<QLabel>("dataError")->text().contains("2 added"));
        // The same ones again, and one that the folder has: nothing is taken twice.
        drop(dropped + QStringList{toText(m_data / "daisy" / "3.png")});
        QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("dataError")->text().contains("has these pictures already"), waitMs);
        QCOMPARE(index().samples.size(), before + 2);
        // A new class, and everything is there again the next time.
        test::writeTestFile(toPath(m_home->filePath("found")) / "lily.png", picture(90, 2));
        m_answer = "lily";
        drop({m_home->filePath("found/lily.png")});
        QTRY_COMPARE_WITH_TIMEOUT(index().classes.size(), std::size_t(4), waitMs);
        m_window.reset();
        openWindow();
        open();
        QCOMPARE(index().samples.size(), before + 3);
        QCOMPARE(index().classes[1], std::string("lily"));
        QVERIFY(fs::exists(toPath(m_home->filePath("found/lily.png"))));
    }

    void aDroppedPictureWithoutDataOpensItsFolder() {
        m_answer = toText(m_data);  // the dialog begins there
        drop({toText(m_data / "rose" / "2.png")});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().dataset(), waitMs);
        QCOMPARE(m_start, toText(m_data));
        QCOMPARE(index().classes.size(), std::size_t(3));
    }

    void severalFoldersAndChangesAreRead() {
        const fs::path more = toPath(m_home->filePath("more"));
        for (int i = 0; i < 5; ++i) test::writeTestFile(more / "lily" / (std::to_string(i) + ".png"), picture(i, 4));
        for (int i = 0; i < 5; ++i)
            test::writeTestFile(more / "rose" / (std::to_string(i) + ".png"), picture(90 + i, 1));
        drop({toText(m_data), toText(more)});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().dataset(), waitMs);
        QCOMPARE(index().classes.size(), std::size_t(4));
        QCOMPARE(index().samples.size(), std::size_t(82));
        put("tulip/new.png", picture(33, 2));
        click("rescan");
        QTRY_COMPARE_WITH_TIMEOUT(index().samples.size(), std::size_t(83), waitMs);
        QVERIFY(find<QLabel>("dataError")->text().contains("1 added"));
    }

    void everyControlOfThePageCanBeNamed() {
        open();
        showTab(3);
        QTRY_VERIFY_WITH_TIMEOUT(find("findingList")->isVisible(), waitMs);
        for (const char* name :
             {"classSearch", "classList", "thumbnailGrid", "splitTable", "checkList", "findingList", "examineAgain",
              "rescan", "addSource", "openAnother", "zoom", "pictureSearch", "balanceChart", "balanceLogarithmic"})
            QVERIFY2(!find(name)->accessibleName().isEmpty(), name);
        for (QPushButton* button : m_window->findChildren<QPushButton*>())
            QVERIFY2(!button->isVisible() || !button->toolTip().isEmpty(), qPrintable(button->objectName()));
    }
};

LEMNOS_WINDOW_TEST_MAIN(TstDataPage)
#include "tst_data_page.moc"
