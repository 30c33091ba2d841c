// The Model page in the real window: the graph by mouse and keys, templates, JSON and code.
// With LEMNOS_SHOTS=FOLDER it also saves pictures of every state there, light and dark.
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QSettings>
#include <QTabBar>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "app/gui/format.h"
#include "app/gui/graph/blocks.h"
#include "app/gui/graph/graph_view.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/stat_card.h"
#include "model/templates/template.h"
#include "tests/support/window_test.h"

using namespace lemnos;

class TstModelPage : public test::WindowTest {
    Q_OBJECT

    GraphView* view() { return find<GraphView>("graphView"); }
    Project& project() { return m_window->project(); }
    const Graph& graph() { return project().graph(); }
    std::size_t count() { return graph().layers.size(); }

    bool has(const std::string& layer) { return positionOf(graph(), layer).has_value(); }
    std::vector<std::string> inputs(const std::string& layer) { return inputsOf(graph(), *positionOf(graph(), layer)); }

    void start(const char* name) {
        project().editGraph(*graphFromTemplate(name, project().inputShape()), name);
        view()->fit();
    }

    /// A network drawn for the test: type, or "name:type" followed by what it reads.
    void draw(const nlohmann::json& layers) {
        const Result<Graph> graph =
            graphFromJson({{"format", "lemnos-graph"}, {"version", 1}, {"name", "drawn"}, {"layers", layers}});
        QVERIFY2(graph.ok(), graph ? "" : graph.error().message.c_str());
        project().editGraph(*graph, "draw");
        view()->fit();
    }

    void press(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(view(), Qt::Key(key), modifiers);
    }
    void clickBox(const std::string& layer, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, modifiers, view()->boxRect(layer).center());
    }
    void drag(const QPoint& from, const QPoint& to) {
        QWidget* on = view()->viewport();
        QTest::mousePress(on, Qt::LeftButton, Qt::NoModifier, from);
        QTest::mouseMove(on, (from + to) / 2);
        QTest::mouseMove(on, to);
        QTest::mouseRelease(on, Qt::LeftButton, Qt::NoModifier, to);
    }
    /// A layer from the palette, dropped onto this place of the view.
    void dropLayer(const char* type, const QPoint& at) {
        QMimeData mime;
        mime.setData(layerMime, type);
        QWidget* on = view()->viewport();
        QDragEnterEvent enter(at, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(on, &enter);
        QVERIFY(enter.isAccepted());
        QDragMoveEvent move(at, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(on, &move);
        QVERIFY(move.isAccepted());
        QDropEvent drop(at, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(on, &drop);
    }
    void showTab(int tab) {
        auto* tabs = find<QTabBar>("modelTabs");
        QTest::mouseClick(tabs, Qt::LeftButton, Qt::NoModifier, tabs->tabRect(tab).center());
        QCOMPARE(tabs->currentIndex(), tab);
    }
    QString message() {
        return find<QLabel>("graphMessage")->isVisible() ? find<QLabel>("graphMessage")->text() : QString();
    }

    std::unique_ptr<QTemporaryDir> m_home;
    QString m_answer;

  private slots:
    void initTestCase() {
        m_home = std::make_unique<QTemporaryDir>();
        for (const char* name : {"XDG_DATA_HOME", "LEMNOS_RUNS", "LEMNOS_PROJECTS", "LEMNOS_CACHE"})
            qputenv(name, m_home->filePath(QLatin1String(name)).toUtf8());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_home->filePath("config"));
        standForTheProgram();
    }

    void init() {
        QSettings().clear();
        Outside outside;
        outside.dialogs.saveFile = [this](QWidget*, const QString&, const QString&) { return m_answer; };
        m_window = std::make_unique<MainWindow>(outside);
        m_window->resize(1280, 800);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
        QVERIFY(view()->isVisible());
        view()->setFocus();
    }

    void cleanup() { m_window.reset(); }

    void everyLayerHasItsBoxAndTheTotalsArePinned() {
        start("lenet5");
        QCOMPARE(view()->boxCount(), int(count()));
        for (const LayerSpec& layer : graph().layers)
            QVERIFY2(view()->viewport()->rect().contains(view()->boxRect(layer.name)), layer.name.c_str());
        QVERIFY(find<StatCard>("totalParameters")->value().size() > 3);
        QVERIFY(find<StatCard>("totalMemory")->remark().contains("batch"));
        clickBox("conv2d2");
        QVERIFY(find("layerName")->isVisible());
        QCOMPARE(find<QLineEdit>("layerName")->text(), QString("conv2d2"));
        view()->showStart();
        shoot("graph");
    }

    void settingsOfSeveralLayersOfOneKindChangeTogether() {
        const auto dense = [](const char* name, int units) {
            return nlohmann::json{{"name", name}, {"type", "dense"}, {"params", {{"units", units}}}};
        };
        draw(nlohmann::json::array({{{"name", "in"}, {"type", "input"}},
                                    {{"name", "flat"}, {"type", "flatten"}},
                                    dense("a", 8),
                                    {{"name", "relu"}, {"type", "relu"}},
                                    dense("b", 16),
                                    dense("c", 10),
                                    {{"name", "softmax"}, {"type", "softmax"}}}));
        clickBox("a");
        clickBox("b", Qt::ControlModifier);
        QCOMPARE(find<QLabel>("layerTitle")->text().left(8), QString("2 layers"));
        QVERIFY(!find("layerName")->isVisible());
        const std::int64_t both =
            std::int64_t(project().plan().plan.layers[2].parameters + project().plan().plan.layers[4].parameters);
        QCOMPARE(find<QLabel>("layerParameters")->text(), formatCount(both));
        auto* editor = find<ParamEditor>("layerParams");
        ParamMap values = editor->values();
        values["units"] = std::int64_t{24};
        emit editor->changed(values);
        const auto units = [&](const char* name) {
            return std::get<std::int64_t>(graph().layers[*positionOf(graph(), name)].params.at("units"));
        };
        QCOMPARE(units("a"), 24);
        QCOMPARE(units("b"), 24);
        QCOMPARE(units("c"), 10);
        project().undoStack().undo();
        QCOMPARE(units("a"), 8);
        QCOMPARE(units("b"), 16);
        clickBox("relu", Qt::ControlModifier);
        QVERIFY(!editor->isVisible());
        QCOMPARE(find<QLabel>("layerTitle")->text(), QString("3 layers"));
    }

    void enterAndADoubleClickGoToTheSettings() {
        start("lenet5");
        clickBox("conv2d2");
        press(Qt::Key_Return);
        QCOMPARE(m_window->focusWidget(), find("layerName"));
        view()->setFocus();
        QTest::mouseDClick(view()->viewport(), Qt::LeftButton, Qt::NoModifier, view()->boxRect("conv2d").center());
        QCOMPARE(view()->currentLayer(), std::string("conv2d"));
        QCOMPARE(m_window->focusWidget(), find("layerName"));
    }

    void theMenuIsAboutTheBoxUnderIt() {
        start("lenet5");
        clickBox("conv2d");
        const QPoint at = view()->boxRect("conv2d2").center();
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, view()->viewport()->mapToGlobal(at));
        QCoreApplication::sendEvent(view()->viewport(), &event);
        auto* menu = find<QMenu>("layerMenu");
        QVERIFY(menu->isVisible());
        QCOMPARE(view()->currentLayer(), std::string("conv2d2"));
        QTest::keyClick(menu, Qt::Key_Escape);
        // With several selected, it is about all of them.
        clickBox("conv2d", Qt::ControlModifier);
        QTest::mousePress(view()->viewport(), Qt::RightButton, Qt::NoModifier, at);
        QCOMPARE(view()->selectedLayers().size(), std::size_t(2));
    }

    void arrowKeysFollowTheWiresAndTabGoesThroughAllBoxes() {
        start("resnet20");
        press(Qt::Key_B, Qt::ControlModifier);  // unfolded
        QCOMPARE(view()->boxCount(), int(count()));
        clickBox("conv2d");
        press(Qt::Key_Down);
        QCOMPARE(view()->currentLayer(), std::string("batch_norm"));
        press(Qt::Key_Down);
        press(Qt::Key_Down);
        press(Qt::Key_Up);
        QCOMPARE(view()->currentLayer(), std::string("relu"));
        press(Qt::Key_Tab);
        QCOMPARE(view()->currentLayer(), graph().layers[*positionOf(graph(), "relu") + 1].name);
        press(Qt::Key_Backtab);
        QCOMPARE(view()->currentLayer(), std::string("relu"));
        press(Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(view()->selectedLayers().size(), std::size_t{2});
        press(Qt::Key_End);
        QCOMPARE(view()->currentLayer(), graph().layers.back().name);
        QVERIFY(view()->viewport()->rect().intersects(view()->boxRect(graph().layers.back().name)));
        QVERIFY(view()->accessibleDescription().contains("Softmax"));
        press(Qt::Key_Tab);
        QVERIFY(!view()->hasFocus());
        shoot("graph-unfolded");
    }

    void layersAreAddedMovedRemovedAndBroughtBackByKeys() {
        start("mlp256");
        const std::size_t before = count();
        clickBox(graph().layers[2].name);
        QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier);
        QTest::keyClicks(find("paletteSearch"), "tanh");
        QTest::keyClick(find("paletteSearch"), Qt::Key_Return);
        QCOMPARE(count(), before + 1);
        QCOMPARE(graph().layers[3].type, std::string("tanh"));
        QCOMPARE(view()->currentLayer(), std::string("tanh"));
        view()->setFocus();
        press(Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(graph().layers[4].name, std::string("tanh"));
        press(Qt::Key_Delete);
        QCOMPARE(count(), before);
        QVERIFY(!view()->currentLayer().empty());
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(has("tanh"));
        click("redoButton");
        QCOMPARE(count(), before);
    }

    void aLayerIsDroppedOntoAWireOrBehindABox() {
        start("mlp256");
        const std::string from = graph().layers[1].name, to = graph().layers[2].name;
        dropLayer("spatial_dropout", view()->middleOf({from, to}));
        QCOMPARE(inputs("spatial_dropout"), std::vector{from});
        QCOMPARE(inputs(to), std::vector{std::string("spatial_dropout")});
        dropLayer("gelu", view()->boxRect(to).center());
        QCOMPARE(inputs("gelu"), std::vector{to});
        QVERIFY(!project().plan().error);
    }

    void aDoubleClickInThePalettePutsALayerOntoTheSelectedWire() {
        start("mlp256");
        const Wire wire{graph().layers[1].name, graph().layers[2].name};
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, view()->middleOf(wire));
        QCOMPARE(view()->selectedWire(), std::optional(wire));
        auto* palette = find<QListWidget>("palette");
        QListWidgetItem* item = palette->findItems("Spatial dropout", Qt::MatchExactly).value(0);
        QVERIFY(item);
        palette->scrollToItem(item);
        const QPoint at = palette->visualItemRect(item).center();
        QTest::mouseClick(palette->viewport(), Qt::LeftButton, {}, at);
        QTest::mouseDClick(palette->viewport(), Qt::LeftButton, {}, at);
        QCOMPARE(inputs("spatial_dropout"), std::vector{wire.from});
        QCOMPARE(inputs(wire.to), std::vector{std::string("spatial_dropout")});
    }

    void aWireIsDrawnToALayerThatTakesItAndRefusedWithAReasonElsewhere() {
        draw({{{"name", "in"}, {"type", "input"}},
              {{"name", "a"}, {"type", "conv2d"}, {"params", {{"filters", 3}}}},
              {{"name", "b"}, {"type", "relu"}},
              {{"name", "sum"}, {"type", "add"}, {"inputs", {"b", "in"}}},
              {{"name", "flat"}, {"type", "flatten"}},
              {{"name", "scores"}, {"type", "dense"}, {"params", {{"units", 0}}}},
              {{"name", "out"}, {"type", "softmax"}}});
        QVERIFY(!project().plan().error);
        drag(view()->outputOf("a"), view()->boxRect("sum").center());
        QCOMPARE(inputs("sum"), (std::vector<std::string>{"b", "in", "a"}));
        QVERIFY(message().isEmpty());
        // Other shape, a circle, and the input.
        const Graph before = graph();
        QTest::mousePress(view()->viewport(), Qt::LeftButton, {}, view()->outputOf("flat"));
        QTest::mouseMove(view()->viewport(), view()->boxRect("sum").center());
        QVERIFY2(message().contains("circle"), qPrintable(message()));
        QTest::mouseMove(view()->viewport(), view()->boxRect("in").center());
        QVERIFY2(message().contains("takes the pictures in"), qPrintable(message()));
        QTest::mouseRelease(view()->viewport(), Qt::LeftButton, {}, view()->boxRect("in").center());
        drag(view()->outputOf("in"), view()->boxRect("scores").center());
        QVERIFY2(message().contains("flatten"), qPrintable(message()));
        shoot("refused");
        QCOMPARE(toJson(graph()), toJson(before));
        // By keys: both selected, Ctrl+J.
        clickBox("in");
        clickBox("flat", Qt::ControlModifier);
        press(Qt::Key_J, Qt::ControlModifier);
        QCOMPARE(inputs("flat"), std::vector{std::string("in")});
    }

    void aWireOfASumIsRemovedAndTheLastOneIsNot() {
        draw({{{"name", "in"}, {"type", "input"}},
              {{"name", "b"}, {"type", "relu"}},
              {{"name", "sum"}, {"type", "add"}, {"inputs", {"b", "in"}}},
              {{"name", "flat"}, {"type", "flatten"}},
              {{"name", "scores"}, {"type", "dense"}, {"params", {{"units", 0}}}},
              {{"name", "out"}, {"type", "softmax"}}});
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, view()->middleOf({"in", "sum"}));
        press(Qt::Key_Delete);
        QCOMPARE(inputs("sum"), std::vector{std::string("b")});
        QVERIFY(project().plan().error);
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, view()->middleOf({"b", "sum"}));
        press(Qt::Key_Delete);
        QCOMPARE(inputs("sum"), std::vector{std::string("b")});
        QVERIFY(message().contains("has to read"));
    }

    void aBlockIsCopiedPastedAndDuplicatedWithItsShortcut() {
        start("resnet20");
        press(Qt::Key_B, Qt::ControlModifier);
        const std::vector<Block> blocks = repeatedBlocks(graph());
        QCOMPARE(blocks.size(), std::size_t{9});
        std::set<std::string> names;
        for (const std::size_t at : blocks[0].layers) names.insert(graph().layers[at].name);
        view()->select(names);
        const std::size_t before = count();
        const std::int64_t parameters = project().plan().plan.parameters;
        press(Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QApplication::clipboard()->text().contains("lemnos-graph"));
        press(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(count(), before + names.size());
        QVERIFY2(!project().plan().error, project().plan().error ? project().plan().error->message.c_str() : "");
        QVERIFY(project().plan().plan.parameters > parameters);
        QCOMPARE(repeatedBlocks(graph()).size(), std::size_t{10});
        QCOMPARE(view()->selectedLayers().size(), names.size());
        press(Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(count(), before + 2 * names.size());
        QVERIFY(!project().plan().error);
        press(Qt::Key_Delete);
        QCOMPARE(count(), before + names.size());
        QVERIFY(!project().plan().error);
        QApplication::clipboard()->setText("no layers");
        press(Qt::Key_V, Qt::ControlModifier);
        QVERIFY(message().contains("clipboard"));
    }

    void anErrorStandsAtItsBoxAndIsMendedThere() {
        start("mlp256");
        clickBox("flatten");
        press(Qt::Key_Delete);
        QVERIFY(project().plan().error);
        const std::string where = project().plan().error->where;
        shoot("error");
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, view()->mendPoint(where));
        QVERIFY2(!project().plan().error, project().plan().error ? project().plan().error->message.c_str() : "");
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(project().plan().error);
        press(Qt::Key_M, Qt::ControlModifier);
        QVERIFY(!project().plan().error);
        QVERIFY(!find<QToolButton>("layerMendButton")->isEnabled());
    }

    void theUsualMistakesHaveAMend_data() {
        QTest::addColumn<QString>("without");
        for (const char* layer : {"input", "flatten", "softmax", "scores"}) QTest::newRow(layer) << QString(layer);
    }

    void theUsualMistakesHaveAMend() {
        QFETCH(QString, without);
        start("mlp256");
        project().editGraph(withoutLayers(graph(), {without.toStdString()}), "break it");
        QVERIFY(project().plan().error);
        for (int i = 0; i < 3 && project().plan().error; ++i) {
            QVERIFY2(view()->canMend(), project().plan().error->message.c_str());
            press(Qt::Key_M, Qt::ControlModifier);
        }
        QVERIFY2(!project().plan().error, project().plan().error ? project().plan().error->message.c_str() : "");
    }

    void aRepeatedBlockIsOneBoxThatOpens() {
        start("resnet18");
        const std::vector<Block> blocks = repeatedBlocks(graph());
        QCOMPARE(blocks.size(), std::size_t{8});
        std::size_t inside = 0;
        for (const Block& block : blocks) inside += block.layers.size();
        QCOMPARE(view()->boxCount(), int(count() - inside + blocks.size()));
        view()->showStart();
        shoot("folded");
        view()->fit();
        const std::string first = graph().layers[blocks[1].layers.front()].name;
        const QPoint at = view()->boxRect(first).center();
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, at);
        QCOMPARE(view()->selectedLayers().size(), blocks[1].layers.size());
        QTest::mouseDClick(view()->viewport(), Qt::LeftButton, {}, at);
        QCOMPARE(view()->boxCount(), int(count() - inside + blocks.size() + blocks[1].layers.size() - 1));
        shoot("one-unfolded");
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, view()->foldPoint(first));
        QCOMPARE(view()->boxCount(), int(count() - inside + blocks.size()));
        press(Qt::Key_Return);
        QVERIFY(view()->boxCount() > int(count() - inside + blocks.size()));
        // A folded block goes as a whole.
        press(Qt::Key_Return);
        clickBox(first);
        press(Qt::Key_Delete);
        QVERIFY(!has(first));
        QVERIFY2(!project().plan().error, project().plan().error ? project().plan().error->message.c_str() : "");
    }

    void theViewIsZoomedFittedAndMoved() {
        start("resnet20");
        press(Qt::Key_0, Qt::ControlModifier);
        QCOMPARE(view()->zoom(), 1.0);
        press(Qt::Key_Equal, Qt::ControlModifier);
        QCOMPARE(view()->zoom(), 1.25);
        press(Qt::Key_Minus, Qt::ControlModifier);
        QCOMPARE(view()->zoom(), 1.0);
        const QPoint middle = view()->viewport()->rect().center();
        QWheelEvent wheel(middle, view()->viewport()->mapToGlobal(middle), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(view()->viewport(), &wheel);
        QVERIFY(view()->zoom() > 1.1);
        view()->zoomTo(2);
        QVERIFY(find("minimap")->isVisible());
        const QPoint before = view()->boxRect("input").center();
        QTest::mousePress(view()->viewport(), Qt::MiddleButton, {}, middle);
        QTest::mouseMove(view()->viewport(), middle + QPoint(-40, -30));
        QTest::mouseRelease(view()->viewport(), Qt::MiddleButton, {}, middle + QPoint(-40, -30));
        QCOMPARE(view()->boxRect("input").center() - before, QPoint(-40, -30));
        shoot("minimap");
        const QPoint after = view()->boxRect("input").center();
        QTest::mouseClick(find("minimap"), Qt::LeftButton, {}, {160, 60});
        QVERIFY(view()->boxRect("input").center() != after);
        click("zoomFitButton");
        QVERIFY(view()->viewport()->rect().intersects(view()->boxRect("input")));
    }

    void theViewStaysWhereTheUserIsWhileTheNetworkChanges() {
        start("resnet20");
        press(Qt::Key_B, Qt::ControlModifier);
        view()->showStart();
        press(Qt::Key_End);
        press(Qt::Key_Up);
        QCOMPARE(view()->currentLayer(), std::string("scores"));
        const QRect before = view()->boxRect("scores");
        project().editGraph(withParams(graph(), *positionOf(graph(), "scores"),
                                       [&] {
                                           ParamMap params = graph().layers[*positionOf(graph(), "scores")].params;
                                           params["l2"] = 0.5;
                                           return params;
                                       }()),
                            "change a setting");
        QCOMPARE(view()->boxRect("scores"), before);
        // A network that is nowhere near what is shown is shown from its beginning.
        start("linear");
        QVERIFY(view()->viewport()->rect().intersects(view()->boxRect("input")));
    }

    void aTemplateIsChosenFromItsPictureAndUndone() {
        const std::string before = graph().name;
        clickBox("softmax");
        showTab(1);
        shoot("templates");
        for (const TemplateType* type : graphTemplates()) {
            auto* card = find<QAbstractButton>(("template_" + std::string(type->name)).c_str());
            QVERIFY(!card->accessibleDescription().isEmpty());
        }
        auto* card = find<QAbstractButton>("template_vgg_small");
        card->setFocus();
        QTest::keyClick(card, Qt::Key_Space);
        QCOMPARE(graph().name, std::string("vgg_small"));
        QCOMPARE(view()->currentLayer(), std::string("input"));  // though it has a softmax, too
        QVERIFY(view()->isVisible());
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(graph().name, before);
    }

    void jsonIsCheckedWhileItIsTypedAndApplied() {
        start("mlp256");
        showTab(2);
        auto* text = find<QPlainTextEdit>("jsonText");
        auto* state = find<QLabel>("jsonState");
        QVERIFY(!find("jsonApply")->isEnabled());
        const QString whole = text->toPlainText();
        text->setFocus();
        text->moveCursor(QTextCursor::End);
        QTest::keyClick(text, Qt::Key_Backspace);
        QTRY_VERIFY(state->text().contains("JSON") && state->text().contains("Line"));
        QVERIFY(!find("jsonApply")->isEnabled());
        shoot("json");
        QTest::keyClicks(text, "}");
        QTRY_VERIFY(find("jsonApply")->isEnabled());
        text->setPlainText(QString(whole).replace("\"units\": 256", "\"units\": -5"));
        QTRY_VERIFY2(state->text().contains("Line"), qPrintable(state->text()));
        QCOMPARE(text->extraSelections().size(), 1);
        text->setPlainText(QString(whole).replace("\"units\": 256", "\"units\": 77"));
        QTRY_VERIFY(find("jsonApply")->isEnabled());
        click("jsonApply");
        bool found = false;
        for (const LayerSpec& layer : graph().layers)
            found = found || (layer.type == "dense" && intParam(layer.params, "units") == 77);
        QVERIFY(found);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(text->toPlainText(), whole);
    }

    void theCodeIsReadCopiedAndSaved_data() {
        QTest::addColumn<int>("tab");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("line");
        QTest::newRow("keras") << 3 << "keras"
                               << "layers.Dense(256, name=\"dense\")(x)";
        QTest::newRow("pytorch") << 4 << "pytorch"
                                 << "self.dense = nn.Linear(12288, 256)";
    }

    void theCodeIsReadCopiedAndSaved() {
        QFETCH(int, tab);
        QFETCH(QString, name);
        QFETCH(QString, line);
        start("mlp256");
        showTab(tab);
        auto* text = find<QPlainTextEdit>((name + "Text").toUtf8());
        QVERIFY2(text->toPlainText().contains(line), qPrintable(text->toPlainText()));
        shoot(name);
        click((name + "Copy").toUtf8());
        QCOMPARE(QApplication::clipboard()->text(), text->toPlainText());
        m_answer = m_home->filePath(name + ".py");
        click((name + "Save").toUtf8());
        QFile file(m_answer);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(file.readAll()), text->toPlainText());
        project().editGraph(withoutLayers(graph(), {"flatten"}), "break it");
        QVERIFY(!find((name + "Copy").toUtf8())->isEnabled());
        QVERIFY(find<QLabel>((name + "State").toUtf8())->text().contains("flatten"));
    }
};

QTEST_MAIN(TstModelPage)
#include "tst_model_page.moc"
