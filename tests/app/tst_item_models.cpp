// The item models of the window, and what feeds them in the background.
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QThread>
#include <QtTest>
#include <atomic>

#include "app/gui/dataset_opener.h"
#include "app/gui/graph/graph_boxes.h"
#include "app/gui/graph_edits.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/class_model.h"
#include "app/gui/widgets/problem_model.h"
#include "app/gui/widgets/thumbnail_grid.h"

using namespace lemnos;
using Tester = QAbstractItemModelTester;

namespace {

OpenDataset dataset(std::vector<int> perClass) {
    auto index = std::make_shared<DatasetIndex>();
    index->root = "/pictures";
    for (std::size_t label = 0; label < perClass.size(); ++label) {
        index->classes.push_back(label == 0 ? "玫瑰 🌹" : "class " + std::to_string(label));
        for (int i = 0; i < perClass[label]; ++i) {
            Sample sample;
            sample.path = index->keep(index->classes.back() + "/" + std::to_string(i) + ".png");
            sample.label = std::uint32_t(label);
            sample.width = 30;
            sample.height = 20;
            index->samples.push_back(sample);
        }
    }
    index->problems = {{"a/b.png", "It is empty."}, {"a/c.png", "It is no picture."}};
    return openDataset(index, 0);
}

Image red() {
    Image image{.width = 30, .height = 20, .channels = 3};
    for (int i = 0; i < 600; ++i) image.pixels.insert(image.pixels.end(), {255, 0, 0});
    return image;
}

}  // namespace

class TstItemModels : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() { Theme::instance().install(ThemeMode::light); }

    void classesComeWithCountsAndARowForAll() {
        ClassModel model;
        const Tester tester(&model, Tester::FailureReportingMode::QtTest);
        const OpenDataset open = dataset({4, 2, 1});
        model.setDataset(&open);
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(model.index(0).data(ClassModel::countRole).toInt(), 7);
        QCOMPARE(model.index(0).data(ClassModel::labelRole).toInt(), -1);
        QCOMPARE(model.index(1).data().toString(), QStringLiteral("玫瑰 🌹"));
        QCOMPARE(model.index(2).data(ClassModel::countRole).toInt(), 2);
        QCOMPARE(model.index(2).data(ClassModel::shareRole).toDouble(), 0.5);
        model.setDataset(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void searchingHidesTheRowForAll() {
        ClassModel model;
        ClassFilter filter;
        const Tester tester(&filter, Tester::FailureReportingMode::QtTest);
        filter.setSourceModel(&model);
        filter.setFilterCaseSensitivity(Qt::CaseInsensitive);
        const OpenDataset open = dataset({4, 2, 1});
        model.setDataset(&open);
        QCOMPARE(filter.rowCount(), 4);
        filter.setFilterFixedString("CLASS 2");
        QCOMPARE(filter.rowCount(), 1);
        QCOMPARE(filter.index(0, 0).data(ClassModel::labelRole).toInt(), 2);
        filter.setFilterFixedString(QStringLiteral("瑰"));
        QCOMPARE(filter.rowCount(), 1);
        filter.setFilterFixedString("");
        QCOMPARE(filter.rowCount(), 4);
    }

    void problemsAreAPathAndAReason() {
        ProblemModel model;
        const Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setDataset(dataset({1, 1}).index);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(1, ProblemModel::fileColumn).data().toString(), QString("a/c.png"));
        QCOMPARE(model.index(1, ProblemModel::reasonColumn).data().toString(), QString("It is no picture."));
    }

    void theErrorStandsAtItsLayersBoxAndNowhereElse() {
        Project project;
        project.editGraph(withoutLayer(project.graph(), 1), "remove flatten");
        const GraphBoxes all = graphBoxes(project.graph(), project.plan(), {});
        QCOMPARE(all.boxes.size(), project.graph().layers.size());
        int errors = 0;
        for (const GraphBox& box : all.boxes) {
            if (box.error.isEmpty()) continue;
            ++errors;
            QVERIFY(box.error.contains(box.name));
            QVERIFY(box.costs.isEmpty() && box.shape.isEmpty());
            QVERIFY(!box.mend.isEmpty());
        }
        QCOMPARE(errors, 1);
    }

    void thumbnailsAreDecodedOnDemandAndNeverOnTheGuiThread() {
        std::atomic<int> reads = 0, onGui = 0;
        ThumbnailModel model([&](const std::filesystem::path&) -> Result<Image> {
            ++reads;
            if (QThread::currentThread() == qApp->thread()) ++onGui;
            return red();
        });
        const Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setDataset(dataset({1000, 1000}).index);
        QCOMPARE(model.rowCount(), 2000);
        QCOMPARE(reads.load(), 0);  // there is no size yet
        model.setSizePixels(64);
        QSignalSpy changed(&model, &ThumbnailModel::dataChanged);
        QVERIFY(model.index(5).data(Qt::DecorationRole).value<QPixmap>().isNull());
        QVERIFY(model.index(5).data(Qt::DecorationRole).value<QPixmap>().isNull());
        QTRY_COMPARE(changed.count(), 1);
        const auto pixmap = model.index(5).data(Qt::DecorationRole).value<QPixmap>();
        QCOMPARE(pixmap.size(), QSize(64, 64));
        QCOMPARE(pixmap.toImage().pixelColor(32, 32), QColor(255, 0, 0));
        QCOMPARE(reads.load(), 1);
        QCOMPARE(onGui.load(), 0);
    }

    void oneClassIsARangeOfThePictures() {
        ThumbnailModel model([](const std::filesystem::path&) -> Result<Image> { return red(); });
        const Tester tester(&model, Tester::FailureReportingMode::QtTest);
        model.setDataset(dataset({3, 4, 5}).index);
        model.setLabel(1);
        QCOMPARE(model.rowCount(), 4);
        QVERIFY(model.index(0).data(Qt::ToolTipRole).toString().startsWith("class 1/0.png"));
        model.setLabel(-1);
        QCOMPARE(model.rowCount(), 12);
    }

    void aFileThatCanNotBeReadIsMarkedAndNotTriedAgain() {
        std::atomic<int> reads = 0;
        ThumbnailModel model([&](const std::filesystem::path&) -> Result<Image> {
            ++reads;
            return Error{"gone", {}};
        });
        model.setDataset(dataset({3, 3}).index);
        model.setSizePixels(64);
        QSignalSpy changed(&model, &ThumbnailModel::dataChanged);
        (void)model.index(0).data(Qt::DecorationRole);
        QTRY_COMPARE(changed.count(), 1);
        QVERIFY(model.index(0).data(ThumbnailModel::brokenRole).toBool());
        (void)model.index(0).data(Qt::DecorationRole);
        QCOMPARE(reads.load(), 1);
    }

    void theGridFillsItsWidth() {
        ThumbnailGrid grid([](const std::filesystem::path&) -> Result<Image> { return red(); });
        grid.resize(600, 400);
        grid.thumbnails()->setDataset(dataset({50, 50}).index);
        grid.show();
        QVERIFY(QTest::qWaitForWindowExposed(&grid));
        QTRY_VERIFY(grid.visualRect(grid.model()->index(1, 0)).isValid());
        int columns = 1;
        while (grid.visualRect(grid.model()->index(columns, 0)).y() == grid.visualRect(grid.model()->index(0, 0)).y())
            ++columns;
        const int used = columns * grid.gridSize().width();
        QVERIFY(used <= grid.viewport()->width());
        QVERIFY(grid.viewport()->width() - used <= columns);
    }

    void scanningHappensElsewhereAndTellsItsProgress() {
        std::atomic<int> onGui = 0;
        std::atomic<bool> go = false;
        Backend backend;
        backend.scan = [&](const std::vector<std::filesystem::path>&,
                           const ScanOptions& options) -> Result<DatasetIndex> {
            if (QThread::currentThread() == qApp->thread()) ++onGui;
            options.progress(30, 120);
            while (!go) QThread::yieldCurrentThread();
            return *dataset({2, 2}).index;
        };
        DatasetOpener opener(backend);
        QSignalSpy progressed(&opener, &DatasetOpener::progressed);
        QSignalSpy opened(&opener, &DatasetOpener::opened);
        opener.open("/pictures", {});
        QVERIFY(opener.isBusy());
        QTRY_VERIFY(progressed.count() > 0 && progressed.last()[1].toLongLong() == 120);
        QCOMPARE(progressed.last()[0].toLongLong(), 30);
        go = true;
        QTRY_COMPARE(opened.count(), 1);
        QVERIFY(!opener.isBusy());
        QCOMPARE(onGui.load(), 0);
    }

    void aCancelledScanSaysSoAtOnceAndNothingMore() {
        std::atomic<bool> noticed = false;
        Backend backend;
        backend.scan = [&](const std::vector<std::filesystem::path>&,
                           const ScanOptions& options) -> Result<DatasetIndex> {
            while (!options.stop.stop_requested()) QThread::yieldCurrentThread();
            noticed = true;
            return Error{"Cancelled.", {}};
        };
        DatasetOpener opener(backend);
        QSignalSpy cancelled(&opener, &DatasetOpener::cancelled);
        QSignalSpy failed(&opener, &DatasetOpener::failed);
        opener.open("/pictures", {});
        opener.cancel();
        QCOMPARE(cancelled.count(), 1);
        QTRY_VERIFY(noticed);
        QCoreApplication::processEvents();
        QCOMPARE(failed.count(), 0);
        QVERIFY(!opener.isBusy());
    }

    void aSecondFolderTakesThePlaceOfTheFirst() {
        Backend backend;
        backend.scan = [](const std::vector<std::filesystem::path>& folders,
                          const ScanOptions& options) -> Result<DatasetIndex> {
            if (folders.front() == "/slow") {
                while (!options.stop.stop_requested()) QThread::yieldCurrentThread();
            }
            DatasetIndex index = *dataset({2, 2}).index;
            index.root = folders.front();
            return index;
        };
        DatasetOpener opener(backend);
        QString root;
        int count = 0;
        connect(&opener, &DatasetOpener::opened, this, [&](const OpenDataset& open) {
            root = QString::fromStdString(open.index->root.string());
            ++count;
        });
        opener.open("/slow", {});
        opener.open("/quick", {});
        QTRY_COMPARE(root, QString("/quick"));
        QCOMPARE(count, 1);
    }

    void aFolderThatCanNotBeOpenedGivesItsReason() {
        const QTemporaryDir empty;
        DatasetOpener opener{Backend()};
        QSignalSpy failed(&opener, &DatasetOpener::failed);
        opener.open(empty.filePath("nothing here"), {});
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(!failed.first().first().toString().isEmpty());
    }

    void theSampleIsDrawnOnceAndNeverLeftHalfDone() {
        const QTemporaryDir home;
        qputenv("XDG_DATA_HOME", home.path().toUtf8());
        std::atomic<int> drawn = 0;
        std::atomic<bool> fail = true;
        Backend backend;
        backend.makeSample = [&](const std::filesystem::path& folder, const SampleDataOptions&) -> Status {
            ++drawn;
            std::filesystem::create_directories(folder / "circle");
            if (fail) return Error{"The disk is full.", {}};
            return {};
        };
        backend.scan = [](const std::vector<std::filesystem::path>& folders,
                          const ScanOptions&) -> Result<DatasetIndex> {
            DatasetIndex index = *dataset({2, 2}).index;
            index.root = folders.front();
            return index;
        };
        DatasetOpener opener(backend);
        QSignalSpy failed(&opener, &DatasetOpener::failed);
        QSignalSpy opened(&opener, &DatasetOpener::opened);
        opener.openSample({});
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(!QDir(home.filePath("lemnos/sample-data")).exists());
        fail = false;
        opener.openSample({});
        QTRY_COMPARE(opened.count(), 1);
        QVERIFY(QDir(home.filePath("lemnos/sample-data/circle")).exists());
        opener.openSample({});
        QTRY_COMPARE(opened.count(), 2);
        QCOMPARE(drawn.load(), 2);
    }
};

QTEST_MAIN(TstItemModels)
#include "tst_item_models.moc"
