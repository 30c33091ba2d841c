// The lists of transforms in the Data page's inspector and their preview, driven with clicks and keys.
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QSemaphore>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include "app/gui/pages/data_settings.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/number_field.h"
#include "app/gui/widgets/transform_list.h"
#include "app/gui/widgets/transform_preview.h"
#include "model/data/sample_data.h"
#include "tests/support/watched_application.h"

using namespace lemnos;

class TstDataSettings : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase();
    void init();
    void cleanup();

    void anEmptyListSaysWhatHappens();
    void theMenuAddsToTheProject();
    void onlyOneResizeCanBeAdded();
    void keysMoveAndRemove();
    void buttonsMoveAndRemove();
    void settingsOfTheSelectedOneAreEdited();
    void changesOfTheListsAreUndoneAndRedone();
    void settingsOfOneSliderAreUndoneTogether();
    void sizeAndColourAreUndoneAndShown();
    void transformsAndEditsShareOneHistory();
    void slidersAndFieldsFollowEachOther();
    void thePreviewShowsWhatIsTrained();
    void thePreviewFollowsASlider();
    void thePreviewShowsWhatIsMixedIn();
    void anotherPictureCanBeShown();
    void theSizeOnDiskIsShown();
    void theNewestRequestWins();
    void anUnreadablePictureIsExplained();
    void everyControlHasNameAndTip();

  private:
    template <class T = QWidget>
    T* find(const char* name) {
        T* found = m_settings->findChild<T*>(QLatin1String(name));
        if (!found) qFatal("no %s", name);
        return found;
    }
    void add(const char* list, const char* type) {
        QTest::mouseClick(find<QPushButton>(QByteArray(list) + "Add"), Qt::LeftButton);
        auto* menu = find<QMenu>(QByteArray(list) + "Menu");
        QTRY_VERIFY(menu->isVisible());
        auto* action = menu->findChild<QAction*>(QLatin1String("add_") + QLatin1String(type));
        QVERIFY2(action, type);
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
        QTRY_VERIFY(!menu->isVisible());
    }
    QStringList augment() const {
        QStringList names;
        for (const TransformSpec& spec : m_project->data().augment) names << QString::fromStdString(spec.type);
        return names;
    }
    TransformPreview* preview() { return find<TransformPreview>("transformPreview"); }

    QTemporaryDir m_dir;
    OpenDataset m_dataset;
    std::unique_ptr<Project> m_project;
    std::unique_ptr<DataSettings> m_settings;
};

void TstDataSettings::initTestCase() {
    Theme::instance().install(ThemeMode::light);
    const std::filesystem::path folder = m_dir.filePath("shapes").toStdString();
    QVERIFY(makeSampleData(folder, {.imagesPerClass = 4}).ok());
    auto index = scanDataset(folder);
    QVERIFY(index.ok());
    m_dataset = openDataset(std::make_shared<DatasetIndex>(*std::move(index)), 0.1);
}

void TstDataSettings::init() {
    m_project = std::make_unique<Project>();
    m_settings = std::make_unique<DataSettings>(*m_project);
    m_settings->resize(296, 900);
    m_settings->show();
    QVERIFY(QTest::qWaitForWindowActive(m_settings.get()));
    m_project->setDataset(m_dataset);
}

void TstDataSettings::cleanup() {
    m_settings.reset();
    m_project.reset();
}

void TstDataSettings::anEmptyListSaysWhatHappens() {
    QVERIFY(!find<QListWidget>("preprocessList")->isVisible());
    QVERIFY(!find<QToolButton>("augmentRemove")->isVisible());
    QStringList texts;
    for (const QLabel* label : m_settings->findChildren<QLabel*>()) texts << label->text();
    QVERIFY(texts.join(' ').contains("None: pictures are stretched"));
}

void TstDataSettings::theMenuAddsToTheProject() {
    QSignalSpy changed(m_project.get(), &Project::planChanged);
    add("augment", "rotate");
    add("augment", "noise");
    QCOMPARE(augment(), QStringList({"rotate", "noise"}));
    QVERIFY(changed.count() >= 2);
    QCOMPARE(find<QListWidget>("augmentList")->count(), 2);
    QVERIFY(find<QListWidget>("augmentList")->item(0)->text().startsWith("Rotate"));
    add("preprocess", "clahe");
    QCOMPARE(m_project->data().preprocess.size(), std::size_t{1});
    QCOMPARE(m_project->spec().data.preprocess[0].type, std::string("clahe"));
}

void TstDataSettings::onlyOneResizeCanBeAdded() {
    add("preprocess", "resize");
    QTest::mouseClick(find<QPushButton>("preprocessAdd"), Qt::LeftButton);
    auto* menu = find<QMenu>("preprocessMenu");
    QTRY_VERIFY(menu->isVisible());
    QVERIFY(!menu->findChild<QAction*>("add_resize")->isEnabled());
    QTest::keyClick(menu, Qt::Key_Escape);
    QTRY_VERIFY(!menu->isVisible());
}

void TstDataSettings::keysMoveAndRemove() {
    for (const char* type : {"rotate", "shift", "blur"}) add("augment", type);
    auto* list = find<QListWidget>("augmentList");
    QCOMPARE(list->currentRow(), 2);
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(augment(), QStringList({"rotate", "blur", "shift"}));
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);  // it is the first already
    QCOMPARE(augment(), QStringList({"blur", "rotate", "shift"}));
    QTest::keyClick(list, Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(augment(), QStringList({"rotate", "blur", "shift"}));
    QTest::keyClick(list, Qt::Key_Delete);
    QCOMPARE(augment(), QStringList({"rotate", "shift"}));
    QCOMPARE(list->currentRow(), 1);
}

void TstDataSettings::buttonsMoveAndRemove() {
    for (const char* type : {"rotate", "shift"}) add("augment", type);
    QVERIFY(!find<QToolButton>("augmentDown")->isEnabled());
    QTest::mouseClick(find<QToolButton>("augmentUp"), Qt::LeftButton);
    QCOMPARE(augment(), QStringList({"shift", "rotate"}));
    QVERIFY(!find<QToolButton>("augmentUp")->isEnabled());
    QTest::mouseClick(find<QToolButton>("augmentRemove"), Qt::LeftButton);
    QTest::mouseClick(find<QToolButton>("augmentRemove"), Qt::LeftButton);
    QCOMPARE(augment(), QStringList());
    QVERIFY(!find<QToolButton>("augmentRemove")->isVisible());
}

void TstDataSettings::settingsOfTheSelectedOneAreEdited() {
    add("augment", "rotate");
    add("augment", "noise");
    find<QListWidget>("augmentList")->setCurrentRow(0);
    auto* degrees = find<NumberField>("param_degrees");
    degrees->setFocus();
    QTest::keyClick(degrees, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(degrees, "45");
    QCOMPARE(realParam(m_project->data().augment[0].params, "degrees"), 45.0);
    QVERIFY(find<QListWidget>("augmentList")->item(0)->text().contains("45"));
}

void TstDataSettings::changesOfTheListsAreUndoneAndRedone() {
    QUndoStack& history = m_project->history().undoStack();
    for (const char* type : {"rotate", "shift"}) add("augment", type);
    add("preprocess", "clahe");
    QTest::mouseClick(find<QToolButton>("augmentUp"), Qt::LeftButton);
    QTest::mouseClick(find<QToolButton>("augmentRemove"), Qt::LeftButton);
    QCOMPARE(augment(), QStringList({"rotate"}));
    QCOMPARE(history.undoText(), QString("Remove \"Shift\""));
    history.undo();
    QCOMPARE(augment(), QStringList({"shift", "rotate"}));
    QCOMPARE(find<QListWidget>("augmentList")->count(), 2);
    history.undo();
    QCOMPARE(augment(), QStringList({"rotate", "shift"}));
    history.undo();
    QVERIFY(m_project->data().preprocess.empty());
    QVERIFY(!find<QListWidget>("preprocessList")->isVisible());
    while (history.canRedo()) history.redo();
    QCOMPARE(augment(), QStringList({"rotate"}));
    QCOMPARE(m_project->data().preprocess.size(), std::size_t{1});
    while (history.canUndo()) history.undo();
    QCOMPARE(augment(), QStringList());
}

void TstDataSettings::settingsOfOneSliderAreUndoneTogether() {
    add("augment", "rotate");
    const double before = realParam(m_project->data().augment[0].params, "degrees");
    auto* slider = find<QSlider>("slider_degrees");
    slider->setFocus();
    for (const Qt::Key key : {Qt::Key_End, Qt::Key_Home, Qt::Key_Right}) QTest::keyClick(slider, key);
    QVERIFY(realParam(m_project->data().augment[0].params, "degrees") != before);
    m_project->history().undoStack().undo();
    QCOMPARE(augment(), QStringList({"rotate"}));
    QCOMPARE(realParam(m_project->data().augment[0].params, "degrees"), before);
    QCOMPARE(std::get<double>(find<NumberField>("param_degrees")->value()), before);
}

void TstDataSettings::sizeAndColourAreUndoneAndShown() {
    QUndoStack& history = m_project->history().undoStack();
    auto* size = find<QComboBox>("trainingSize");
    auto* colour = find<QComboBox>("channels");
    const QString before = size->currentText();
    size->setFocus();
    size->lineEdit()->selectAll();
    QTest::keyClicks(size, "96x48");
    QCOMPARE(m_project->data().width, 96);
    colour->setFocus();
    QTest::keyClick(colour, Qt::Key_Down);
    QCOMPARE(m_project->data().channels, 1);
    QCOMPARE(history.count(), 2);  // the digits are one step
    history.undo();
    QCOMPARE(colour->currentData().toInt(), 0);
    QCOMPARE(m_project->data().width, 96);
    history.undo();
    QCOMPARE(m_project->data().width, 0);
    QCOMPARE(size->currentText(), before);
    history.redo();
    QCOMPARE(m_project->data().height, 48);
    QCOMPARE(size->currentText(), QStringLiteral("96 × 48"));
    history.redo();
    QCOMPARE(colour->currentData().toInt(), 1);
}

void TstDataSettings::transformsAndEditsShareOneHistory() {
    DataHistory& history = m_project->history();
    QSignalSpy dealtOut(&history, &DataHistory::changed);
    const std::string name = m_dataset.index->classes[0];
    const auto edits = [&] { return history.file().edits.done().size(); };
    QVERIFY(m_project->edit(Edit{.kind = Edit::Kind::rename, .from = name, .to = "one"}).ok());
    add("augment", "rotate");
    QCOMPARE(dealtOut.count(), 1);
    history.undoStack().undo();
    QCOMPARE(dealtOut.count(), 1);  // a transform deals nothing out anew
    QCOMPARE(edits(), std::size_t{1});
    history.undoStack().undo();
    QCOMPARE(dealtOut.count(), 2);
    QCOMPARE(edits(), std::size_t{0});
    add("augment", "noise");  // what was undone is gone, on the stack as in the file
    QVERIFY(!history.undoStack().canRedo());
    QVERIFY(!history.file().edits.canRedo());
    const Edit excludes{.kind = Edit::Kind::excludeClass, .from = name};
    const Edit renames{.kind = Edit::Kind::rename, .from = m_dataset.index->classes[1], .to = "two"};
    QVERIFY(m_project->edit({excludes, renames}, "Both").ok());
    QCOMPARE(edits(), std::size_t{2});
    history.undoStack().undo();
    QCOMPARE(edits(), std::size_t{0});
    QCOMPARE(augment(), QStringList({"noise"}));
    history.undoStack().redo();
    QCOMPARE(edits(), std::size_t{2});
}

void TstDataSettings::slidersAndFieldsFollowEachOther() {
    add("augment", "rotate");
    auto* slider = find<QSlider>("slider_degrees");
    auto* field = find<NumberField>("param_degrees");
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_End);
    QCOMPARE(std::get<double>(field->value()), 180.0);
    QCOMPARE(realParam(m_project->data().augment[0].params, "degrees"), 180.0);
    QTest::keyClick(slider, Qt::Key_Home);
    QCOMPARE(std::get<double>(field->value()), 0.0);
    // Every step of the keyboard gets somewhere.
    for (int i = 1; i <= 20; ++i) {
        QTest::keyClick(slider, Qt::Key_Right);
        QCOMPARE(slider->value(), i);
    }
    field->setFocus();
    QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(field, "90");
    QCOMPARE(slider->value(), 500);
}

void TstDataSettings::thePreviewShowsWhatIsTrained() {
    add("augment", "flip_horizontal");
    QTRY_VERIFY(preview()->isUpToDate());
    QCOMPARE(preview()->samples().size(), std::size_t{TransformPreview::sampleCount});
    const QString name = find<QLabel>("previewName")->text();
    std::uint32_t sample = 0;
    while (QString::fromStdString(std::string(m_dataset.index->samples[sample].path)) != name) ++sample;
    Preprocess preprocess;
    const Shape shape = m_project->inputShape();
    preprocess.height = int(shape[0]);
    preprocess.width = int(shape[1]);
    preprocess.channels = int(shape[2]);
    const Image picture =
        preparedPicture(*readImage(m_dataset.index->absolutePath(m_dataset.index->samples[sample])), preprocess);
    int mirrored = 0;
    for (std::uint32_t epoch = 0; epoch < 8; ++epoch) {
        const Image expected = augmented(picture, m_project->data().augment, 42, epoch, sample);
        mirrored += expected != picture;
        const QImage& shown = preview()->samples()[epoch];
        QCOMPARE(shown.size(), QSize(expected.width, expected.height));
        for (int y = 0; y < expected.height; ++y) {
            for (int x = 0; x < expected.width; ++x) {
                const std::size_t at = std::size_t((y * expected.width + x) * expected.channels);
                QCOMPARE(qRed(shown.pixel(x, y)), int{expected.pixels[at]});
            }
        }
    }
    QVERIFY(mirrored > 0 && mirrored < 8);
}

void TstDataSettings::thePreviewFollowsASlider() {
    add("augment", "noise");
    QTRY_VERIFY(preview()->isUpToDate());
    const auto before = preview()->samples();
    auto* slider = find<QSlider>("slider_deviation");
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_End);
    QTRY_VERIFY(preview()->isUpToDate());
    QVERIFY(preview()->samples() != before);
}

void TstDataSettings::thePreviewShowsWhatIsMixedIn() {
    QTRY_VERIFY(preview()->isUpToDate());
    const auto before = preview()->samples();
    ParamMap settings = m_project->settings();
    settings["cutmix"] = 1.0;
    m_project->setSettings(settings);
    QTRY_VERIFY(preview()->isUpToDate() && preview()->samples() != before);
    // A box of another picture, and the rest as it was.
    int changed = 0, same = 0;
    const QImage &shown = preview()->samples()[0], &plain = before[0];
    for (int y = 0; y < shown.height(); ++y) {
        for (int x = 0; x < shown.width(); ++x) ++(shown.pixel(x, y) == plain.pixel(x, y) ? same : changed);
    }
    QVERIFY(changed > 0);
    QVERIFY(same > 0);
}

void TstDataSettings::anotherPictureCanBeShown() {
    QTRY_VERIFY(preview()->isUpToDate());
    const QImage before = preview()->original();
    const QString name = find<QLabel>("previewName")->text();
    QTest::mouseClick(find<QPushButton>("previewAnother"), Qt::LeftButton);
    QVERIFY(find<QLabel>("previewName")->text() != name);
    QTRY_VERIFY(preview()->isUpToDate());
    QVERIFY(preview()->original() != before);
}

void TstDataSettings::theSizeOnDiskIsShown() {
    const QString small = find<QLabel>("sizeResult")->text();
    QVERIFY2(small.contains("disk"), qPrintable(small));
    m_project->setTrainingSize(96, 96);
    QVERIFY(find<QLabel>("sizeResult")->text() != small);
    ParamMap settings = m_project->settings();
    settings["cache"] = std::int64_t{1};  // MB, for 40 pictures of 96 x 96 in colour
    m_project->setSettings(settings);
    QVERIFY2(find<QLabel>("sizeResult")->text().contains("may take"), qPrintable(find<QLabel>("sizeResult")->text()));
    settings["cache"] = std::int64_t{0};
    m_project->setSettings(settings);
    QVERIFY(find<QLabel>("sizeResult")->text().contains("is off"));
}

void TstDataSettings::theNewestRequestWins() {
    QSemaphore started, goOn;
    std::vector<std::string> read;
    TransformPreview view([&](const std::filesystem::path& path) -> Result<Image> {
        read.push_back(path.string());
        started.release();
        goOn.acquire();
        return Image{1, 1, 1, {static_cast<std::uint8_t>(read.size())}};
    });
    QSignalSpy updated(&view, &TransformPreview::updated);
    Preprocess preprocess;
    view.show({"first", preprocess});
    started.acquire();
    for (const char* path : {"second", "third", "fourth"}) view.show({path, preprocess});
    goOn.release(2);
    QTRY_VERIFY(view.isUpToDate());
    QCOMPARE(read, (std::vector<std::string>{"first", "fourth"}));
    QCOMPARE(updated.count(), 2);
    // The picture is read once, whatever is done to it.
    preprocess.width = 5;
    view.show({"fourth", preprocess});
    QTRY_VERIFY(view.isUpToDate());
    QCOMPARE(read.size(), std::size_t{2});
    QCOMPARE(view.samples()[0].width(), 5);
}

void TstDataSettings::anUnreadablePictureIsExplained() {
    TransformPreview view([](const std::filesystem::path&) -> Result<Image> { return Error{"It is damaged.", {}}; });
    view.resize(264, view.heightForWidth(264));
    view.show({"x", Preprocess()});
    QTRY_VERIFY(view.isUpToDate());
    QVERIFY(view.samples().empty());
    QVERIFY(!view.grab().isNull());
}

void TstDataSettings::everyControlHasNameAndTip() {
    add("augment", "colour_jitter");
    add("preprocess", "resize");
    for (const QWidget* widget : m_settings->findChildren<QWidget*>()) {
        if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible()) continue;
        if (qobject_cast<const QLineEdit*>(widget) && widget->parentWidget()->focusPolicy() != Qt::NoFocus) continue;
        QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
        QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
        QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(widget->objectName()));
    }
}

LEMNOS_WINDOW_TEST_MAIN(TstDataSettings)
#include "tst_data_settings.moc"
