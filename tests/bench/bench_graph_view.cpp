// How long a frame of the graph view takes while it is moved, drawn in software.
//
//   QT_QPA_PLATFORM=offscreen bench_graph_view
//
// Networks of 100 and 300 layers, all boxes unfolded, at a size of 1280 x 800: the time to lay them out, and that of
// each of 200 frames of a pan, and of as many drawn from scratch.
#include <QApplication>
#include <QElapsedTimer>
#include <QScrollBar>
#include <algorithm>
#include <cstdio>

#include "app/gui/graph/graph_view.h"
#include "app/gui/theme.h"

using namespace lemnos;

namespace {

/// Residual blocks until there are as many layers as asked for.
Graph networkOf(std::size_t layers) {
    Graph graph;
    graph.name = "bench";
    std::string before;
    const auto add = [&](const char* type, std::vector<std::string> inputs = {}, ParamMap params = {}) {
        const LayerType& known = *findLayerType(type);
        graph.layers.push_back(
            {freshLayerName(graph, type), type, std::move(inputs), *resolveParams(allParams(known), params, type)});
        return before = graph.layers.back().name;
    };
    add("input");
    add("conv2d", {}, {{"filters", std::int64_t{32}}});
    while (graph.layers.size() + 9 <= layers) {
        const std::string fork = before;
        add("conv2d", {}, {{"filters", std::int64_t{32}}});
        add("batch_norm");
        add("relu");
        add("conv2d", {}, {{"filters", std::int64_t{32}}});
        const std::string end = add("batch_norm");
        add("add", {end, fork});
    }
    add("global_average_pool");
    while (graph.layers.size() + 2 < layers) add("relu");
    add("dense", {}, {{"units", std::int64_t{0}}});
    add("softmax");
    return graph;
}

void measure(std::size_t layers, double zoom) {
    Project project;
    GraphView view(project);
    view.resize(1280, 800);
    view.show();
    QElapsedTimer timer;
    timer.start();
    project.editGraph(networkOf(layers), QStringLiteral("bench"));
    view.foldAll(false);
    const double built = double(timer.nsecsElapsed()) / 1e6;
    view.zoomTo(zoom);
    view.centreOn(view.graphBounds().center());
    QApplication::processEvents();
    std::vector<double> moved, whole;
    for (int i = 0; i < 200; ++i) {
        // To and fro, so that no end is reached.
        const auto shift = [](QScrollBar* bar, int by) { bar->setValue(bar->value() + by); };
        timer.restart();
        shift(view.horizontalScrollBar(), i / 50 % 2 == 0 ? 7 : -7);
        shift(view.verticalScrollBar(), i / 25 % 2 == 0 ? 3 : -3);
        QApplication::processEvents();
        moved.push_back(double(timer.nsecsElapsed()) / 1e6);
        timer.restart();
        view.viewport()->repaint();
        whole.push_back(double(timer.nsecsElapsed()) / 1e6);
    }
    std::ranges::sort(moved);
    std::ranges::sort(whole);
    std::printf(
        "%4d boxes  zoom %.2f  built in %5.1f ms   moved: median %5.2f, 99 %% within %5.2f ms   "
        "drawn whole: median %5.2f, 99 %% within %5.2f ms\n",
        view.boxCount(), zoom, built, moved[100], moved[198], whole[100], whole[198]);
}

}  // namespace

int main(int argc, char** argv) {
    const QApplication app(argc, argv);
    Theme::instance().install(ThemeMode::light);
    for (const std::size_t layers : {100, 300}) {
        for (const double zoom : {1.0, 0.6, 0.3}) measure(layers, zoom);
    }
}
