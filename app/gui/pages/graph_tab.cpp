#include "app/gui/pages/graph_tab.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QToolButton>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/graph/graph_view.h"
#include "app/gui/graph/layer_palette.h"
#include "app/gui/graph/minimap.h"
#include "app/gui/graph_edits.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/stat_card.h"
#include "app/session/device_list.h"

namespace lemnos {

namespace {

constexpr double zoomStep = 1.25;

QFrame* makeGap() {
    auto* gap = new QFrame;
    gap->setFixedWidth(8);
    return gap;
}

}  // namespace

GraphTab::GraphTab(Project& project, const DeviceList& devices, QWidget* parent)
    : QWidget(parent), m_project(project), m_devices(devices), m_view(new GraphView(project)), m_tools(new QWidget) {
    makeActions();
    makeTools();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(12);
    auto* palette = new LayerPalette;
    middle->addWidget(palette);
    middle->addWidget(makeCanvas(), 1);
    layout->addLayout(middle, 1);
    layout->addWidget(makeTotals());

    connect(palette, &LayerPalette::chosen, this, [this](const LayerType* type) { m_view->add(*type); });
    connect(m_view, &GraphView::selectionMoved, this, [this] {
        refreshActions();
        // A graph that changed under its selection is no news to the inspector, where someone may be typing.
        if (std::vector<int> rows = selectedRows(); rows != m_shownRows) {
            m_shownRows = std::move(rows);
            emit layersSelected(m_shownRows);
        }
    });
    connect(m_view, &GraphView::editRequested, this, &GraphTab::editRequested);
    connect(m_view, &GraphView::menuRequested, this, &GraphTab::showMenu);
    connect(m_view, &GraphView::viewMoved, this, [this] {
        m_zoom->setText(tr("%1 %").arg(qRound(m_view->zoom() * 100)));
        emit zoomChanged();
    });
    connect(m_view, &GraphView::refused, this, [this](const QString& sentence) {
        m_message->setText(sentence);
        m_message->setVisible(!sentence.isEmpty());
        m_message->setAccessibleDescription(sentence);
    });
    for (const auto signal : {&Project::planChanged, &Project::settingsChanged, &Project::datasetChanged})
        connect(&project, signal, this, &GraphTab::refreshPlan);
    connect(&devices, &DeviceList::changed, this, &GraphTab::refreshPlan);
    refreshPlan();
    refreshActions();
}

QAction* GraphTab::addAction(const char* name, const char* iconName, const QString& text,
                             const QList<QKeySequence>& keys, const std::function<void()>& run) {
    auto* action = new QAction(icon(QLatin1String(iconName)), text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcuts(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    if (!keys.isEmpty()) action->setToolTip(tr("%1 (%2)").arg(text, keys.front().toString(QKeySequence::NativeText)));
    connect(action, &QAction::triggered, this, run);
    m_view->addAction(action);
    return action;
}

void GraphTab::makeActions() {
    m_cut = addAction("layerCut", "copy", tr("Cut"), {QKeySequence::Cut}, [this] {
        copy();
        m_view->remove();
    });
    m_copy = addAction("layerCopy", "copy", tr("Copy"), {QKeySequence::Copy}, [this] { copy(); });
    m_paste = addAction("layerPaste", "copy", tr("Paste"), {QKeySequence::Paste}, [this] { pasteClipboard(); });
    m_edit = addAction("layerEdit", "model", tr("Change its settings"), {Qt::Key_F2}, [this] { emit editRequested(); });
    m_duplicate = addAction("layerDuplicate", "duplicate", tr("Duplicate"), {Qt::CTRL | Qt::Key_D}, [this] {
        paste(fragmentOf(m_project.graph(), m_view->selectedLayers()), tr("duplicate"));
    });
    m_remove = addAction("layerRemove", "remove", tr("Remove what is selected"),
                         {QKeySequence::Delete, Qt::Key_Backspace}, [this] { m_view->remove(); });
    m_connect = addAction("layerConnect", "model", tr("Connect the two selected layers"), {Qt::CTRL | Qt::Key_J},
                          [this] { m_view->connectSelected(); });
    m_mend = addAction("layerMend", "mend", tr("Mend the error"), {Qt::CTRL | Qt::Key_M}, [this] { m_view->mend(); });
    m_up = addAction("layerUp", "up", tr("Move up"), {Qt::ALT | Qt::Key_Up}, [this] { moveSelected(-1); });
    m_down = addAction("layerDown", "down", tr("Move down"), {Qt::ALT | Qt::Key_Down}, [this] { moveSelected(1); });
    m_selectAll = addAction("layerSelectAll", "model", tr("Select all layers"), {QKeySequence::SelectAll}, [this] {
        std::set<std::string> all;
        for (const LayerSpec& layer : m_project.graph().layers) all.insert(layer.name);
        m_view->select(all);
    });
    m_fold = addAction("foldBlocks", "fold", tr("Fold repeated blocks"), {Qt::CTRL | Qt::Key_B}, [] {});
    m_fold->setCheckable(true);
    m_fold->setChecked(true);
    connect(m_fold, &QAction::toggled, this, [this](bool fold) { m_view->foldAll(fold); });
}

void GraphTab::makeTools() {
    auto* row = new QHBoxLayout(m_tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    const auto button = [&](QAction* action) {
        auto* tool = new QToolButton;
        tool->setDefaultAction(action);
        tool->setIconSize({18, 18});
        tool->setFocusPolicy(Qt::StrongFocus);
        tool->setObjectName(action->objectName() + QStringLiteral("Button"));
        tool->setAccessibleName(action->text());
        row->addWidget(tool);
        return tool;
    };
    QAction* undo = m_project.undoStack().createUndoAction(this);
    undo->setIcon(icon(QStringLiteral("undo")));
    undo->setObjectName(QStringLiteral("undo"));
    QAction* redo = m_project.undoStack().createRedoAction(this);
    redo->setIcon(icon(QStringLiteral("redo")));
    redo->setObjectName(QStringLiteral("redo"));
    for (QAction* action : {undo, redo}) button(action);
    row->addWidget(makeGap());
    for (QAction* action : {m_duplicate, m_remove, m_connect, m_mend, m_fold}) button(action);
    row->addWidget(makeGap());
    const auto zoom = [this](double factor) { return [this, factor] { m_view->zoomBy(factor); }; };
    button(addAction("zoomOut", "minus", tr("Zoom out"), {QKeySequence::ZoomOut}, zoom(1 / zoomStep)));
    QAction* reset =
        addAction("zoomReset", "search", tr("Actual size"), {Qt::CTRL | Qt::Key_0}, [this] { m_view->zoomTo(1); });
    m_zoom = button(reset);
    m_zoom->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_zoom->setFixedWidth(52);
    button(
        addAction("zoomIn", "plus", tr("Zoom in"), {QKeySequence::ZoomIn, Qt::CTRL | Qt::Key_Equal}, zoom(zoomStep)));
    button(
        addAction("zoomFit", "fit", tr("Show the whole network"), {Qt::CTRL | Qt::Key_9}, [this] { m_view->fit(); }));
}

QWidget* GraphTab::makeCanvas() {
    QFrame* card = makeCard();
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    m_error = makeParagraph({}, "error");
    m_error->setObjectName(QStringLiteral("modelError"));
    m_error->setContentsMargins(16, 10, 16, 10);
    m_assumption = makeParagraph({}, "small");
    m_assumption->setObjectName(QStringLiteral("modelAssumption"));
    m_assumption->setContentsMargins(16, 10, 16, 10);
    layout->addWidget(m_assumption);
    layout->addWidget(m_error);
    auto* stage = new QWidget;
    auto* over = new QGridLayout(stage);
    over->setContentsMargins(0, 0, 0, 0);
    over->addWidget(m_view, 0, 0);
    // Over the view, at its edges.
    const auto place = [&](QWidget* widget, Qt::Alignment where) {
        auto* holder = new QWidget;
        holder->setAttribute(Qt::WA_TransparentForMouseEvents, false);
        auto* box = new QVBoxLayout(holder);
        box->setContentsMargins(12, 12, 12, 12);
        box->addWidget(widget);
        over->addWidget(holder, 0, 0, where);
    };
    place(new Minimap(*m_view), Qt::AlignRight | Qt::AlignBottom);
    m_message = makeParagraph({}, "toast");
    m_message->setObjectName(QStringLiteral("graphMessage"));
    m_message->setMinimumWidth(300);
    m_message->hide();
    place(m_message, Qt::AlignLeft | Qt::AlignBottom);
    layout->addWidget(stage, 1);
    return card;
}

QWidget* GraphTab::makeTotals() {
    auto* totals = new QWidget;
    auto* row = new QHBoxLayout(totals);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    m_parameters = new StatCard("totalParameters", tr("Parameters"));
    m_multiplyAdds = new StatCard("totalMultiplyAdds", tr("Multiply-adds"));
    m_memory = new StatCard("totalMemory", tr("Memory"));
    m_epochTime = new StatCard("totalEpochTime", tr("Time of an epoch"));
    for (StatCard* card : {m_parameters, m_multiplyAdds, m_memory, m_epochTime}) row->addWidget(card);
    return totals;
}

void GraphTab::showMenu(const QPoint& at) {
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("layerMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(m_edit);
    menu->addAction(m_mend);
    menu->addSeparator();
    menu->addActions({m_cut, m_copy, m_paste, m_duplicate, m_remove});
    menu->addSeparator();
    menu->addActions({m_connect, m_up, m_down});
    menu->addSeparator();
    menu->addActions({m_selectAll, m_fold});
    menu->popup(at);
}

void GraphTab::copy() {
    const std::set<std::string> layers = m_view->selectedLayers();
    if (layers.empty()) return;
    const std::string text = toJson(fragmentOf(m_project.graph(), layers)).dump(2);
    QApplication::clipboard()->setText(QString::fromStdString(text));
}

void GraphTab::paste(const Graph& fragment, const QString& what) {
    const Graph& graph = m_project.graph();
    if (graph.layers.empty()) return m_project.editGraph(fragment, what);
    // Behind the last of the selected layers, else before the end.
    std::size_t after = graph.layers.size() >= 2 ? graph.layers.size() - 2 : 0;
    const std::set<std::string> selected = m_view->selectedLayers();
    for (std::size_t i = 0; i < graph.layers.size(); ++i) {
        if (selected.contains(graph.layers[i].name)) after = i;
    }
    Edited edited = withFragment(graph, graph.layers[after].name, fragment);
    if (edited.added.empty()) return;
    m_project.editGraph(std::move(edited.graph), what);
    m_view->select({edited.added.begin(), edited.added.end()});
}

void GraphTab::pasteClipboard() {
    const nlohmann::json json = nlohmann::json::parse(QApplication::clipboard()->text().toStdString(), nullptr, false);
    const Result<Graph> fragment = graphFromJson(json);
    if (!fragment) return emit m_view->refused(tr("The clipboard holds no layers: copy some here first."));
    paste(*fragment, tr("paste"));
}

void GraphTab::moveSelected(int by) {
    const int row = selectedRow(), to = row + by;
    if (row < 0 || to < 0 || to >= int(m_project.graph().layers.size())) return;
    Result<Graph> moved = withLayerMoved(m_project.graph(), std::size_t(row), std::size_t(to));
    if (!moved) return emit m_view->refused(errorText(moved.error()));
    m_project.editGraph(*std::move(moved), tr("move a layer"));
}

std::vector<int> GraphTab::selectedRows() const {
    std::vector<int> rows;
    for (const std::string& layer : m_view->selectedLayers()) {
        if (const auto at = positionOf(m_project.graph(), layer)) rows.push_back(int(*at));
    }
    std::ranges::sort(rows);
    return rows;
}

int GraphTab::selectedRow() const {
    const auto at = positionOf(m_project.graph(), m_view->currentLayer());
    return at && m_view->selectedLayers().size() == 1 ? int(*at) : -1;
}

void GraphTab::refreshPlan() {
    const PartialPlan& partial = m_project.plan();
    const Plan& plan = partial.plan;
    const bool shownAtLayer = partial.error && positionOf(m_project.graph(), partial.error->where);
    m_error->setVisible(partial.error && !shownAtLayer);
    if (partial.error) m_error->setText(errorText(*partial.error));
    m_assumption->setVisible(!m_project.dataset());
    m_assumption->setText(tr("Until data is open, shapes are shown for %1 pictures in %2 classes.")
                              .arg(formatShape(m_project.inputShape()), formatCount(m_project.classCount())));

    const bool whole = !partial.error;
    const QString unknown = QStringLiteral("–");
    m_parameters->set(whole ? formatCount(plan.parameters) : unknown, tr("trainable numbers"));
    m_multiplyAdds->set(whole ? formatShort(double(plan.multiplyAdds)) : unknown, tr("per picture, forward"));
    m_memory->set(whole ? formatBytes(plan.totalBytes()) : unknown,
                  tr("at batch %1").arg(formatCount(plan.request.batch)));
    m_memory->setToolTip(whole ? tr("%1 of it are values between the layers").arg(formatBytes(plan.activationBytes))
                               : QString());
    refreshEpochTime();
    refreshActions();
}

void GraphTab::refreshEpochTime() {
    const PartialPlan& partial = m_project.plan();
    const OpenDataset* dataset = m_project.dataset();
    std::vector<DeviceSpeed> speeds;
    QStringList names;
    for (const DeviceChoice* device : m_devices.chosen(m_project.device())) {
        if (!device->speed) continue;
        speeds.push_back(*device->speed);
        names << QString::fromStdString(device->name);
    }
    const double seconds =
        partial.error || !dataset ? 0 : expectedEpochSeconds(partial.plan, std::int64_t(dataset->train), speeds);
    if (seconds > 0)
        m_epochTime->set(tr("about %1").arg(formatDuration(std::max(1.0, seconds))),
                         tr("on %1").arg(names.join(QStringLiteral(", "))));
    else
        m_epochTime->set(QStringLiteral("–"), !dataset         ? tr("open data to see it")
                                              : speeds.empty() ? tr("no device is measured yet")
                                                               : QString());
    m_epochTime->setToolTip(
        tr("Expected from how fast the device was measured to compute and to copy; reading and decoding pictures may "
           "take longer"));
}

void GraphTab::refreshActions() {
    const std::set<std::string> selected = m_view->selectedLayers();
    const int row = selectedRow(), count = int(m_project.graph().layers.size());
    for (QAction* action : {m_copy, m_cut, m_duplicate}) action->setEnabled(!selected.empty());
    m_remove->setEnabled(!selected.empty() || m_view->selectedWire());
    m_connect->setEnabled(selected.size() >= 2);
    m_mend->setEnabled(m_view->canMend());
    m_edit->setEnabled(row >= 0);
    m_up->setEnabled(row > 0);
    m_down->setEnabled(row >= 0 && row < count - 1);
}

}  // namespace lemnos
