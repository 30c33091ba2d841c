// How long a frame of a run's charts takes, drawn in software.
//
//   QT_QPA_PLATFORM=offscreen bench_live_plot [POINTS]
//
// A chart of 1200 x 400 with a million running values: the time to take them, and that of each of 100 frames that show
// all of them, of a zoom from all to a thousandth, and of a pan; beside QCustomPlot with the same points in graphs.
#include <QApplication>
#include <QElapsedTimer>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "app/gui/theme.h"
#include "app/gui/widgets/live_plot.h"

using namespace lemnos;

namespace {

constexpr int frames = 100;

/// A loss that falls, with noise.
double valueAt(int i, int points) {
    return 2.0 / (1 + i * 20.0 / points) + 0.2 * std::sin(i * 12.9898) * std::sin(i * 78.2);
}

template <class Show>
void measure(QCustomPlot& plot, const char* what, const Show& show) {
    std::vector<double> times;
    for (int i = 0; i < frames; ++i) {
        QElapsedTimer timer;
        timer.start();
        plot.xAxis->setRange(show(i));
        plot.replot(QCustomPlot::rpImmediateRefresh);
        times.push_back(double(timer.nsecsElapsed()) / 1e6);
    }
    std::sort(times.begin(), times.end());
    std::printf("  %-5s median %6.2f ms, slowest %6.2f ms\n", what, times[frames / 2], times.back());
}

void measureAll(QCustomPlot& plot) {
    measure(plot, "all", [](int) { return QCPRange(0, 100); });
    measure(plot, "zoom", [](int i) {
        const double half = 50 * std::pow(0.001, i / double(frames - 1));
        return QCPRange(50 - half, 50 + half);
    });
    measure(plot, "pan", [](int i) { return QCPRange(i * 0.5, i * 0.5 + 20); });
}

}  // namespace

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    Theme::instance().install(ThemeMode::light);
    const int points = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
    LivePlot plot(PlotKind::loss);
    plot.resize(1200, 400);
    plot.show();
    plot.setEpochs(100);
    plot.setSmoothing(0.9);
    QElapsedTimer timer;
    timer.start();
    for (int i = 1; i <= points; ++i) plot.addLive(i * 100.0 / points, valueAt(i, points));
    std::printf("LivePlot, %d points taken in %.0f ms\n", points, double(timer.nsecsElapsed()) / 1e6);
    plot.drawNow();
    plot.followRange({0, 100});
    measureAll(plot);

    std::printf("QCustomPlot\n");
    QCustomPlot plain;
    plain.resize(plot.size());
    plain.show();
    for (const double width : {1.0, 1.5}) {
        QVector<double> x, y;
        for (int i = 1; i <= points; ++i) {
            x << i * 100.0 / points;
            y << valueAt(i, points);
        }
        plain.addGraph()->setPen(QPen(Qt::blue, width));
        plain.graph()->setData(x, y, true);
    }
    plain.yAxis->setRange(0, 2.5);
    measureAll(plain);
    return 0;
}
