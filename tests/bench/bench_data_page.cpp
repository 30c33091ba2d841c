// How the Data page does with very many pictures: the time to open them, frames while scrolling, searches, memory.
//
//   QT_QPA_PLATFORM=offscreen bench_data_page FOLDER
//
// FOLDER as bench_scan makes and keeps it. Opens it in the real window at 1280 x 800, drawn in software, for the first
// time and again. "away" is the longest time that the GUI thread computed for one event.
#include <QAbstractItemView>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QScrollBar>
#include <QSettings>
#include <QTemporaryDir>
#include <cstdio>
#include <fstream>
#include <functional>
#include <string>

#include "app/gui/main_window.h"
#include "app/gui/pages/issues_tab.h"
#include "app/gui/theme.h"
#include "tests/support/watched_application.h"

using namespace lemnos;

namespace {

constexpr qint64 longestWaitMs = 600'000;

long memoryMb(const char* key) {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(key)) return std::atol(line.c_str() + line.find(':') + 1) / 1000;
    }
    return 0;
}

class Bench {
  public:
    explicit Bench(test::WatchedApplication& app) : m_app(app) {}

    void open(const char* what, const QString& folder) {
        m_window = nullptr;
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1280, 800);
        m_window->show();
        QTest::qWait(200);
        step(
            what, [&] { m_window->openPaths({folder}); }, [&] { return m_window->project().dataset() != nullptr; });
        QTest::qWait(3000);  // thumbnails, the layout of the grid, and the project is saved
        std::printf("%-38s away %6.1f ms   memory %5ld MB, peak %5ld MB\n", "  at rest", m_app.takeLongest() * 1000,
                    memoryMb("VmRSS"), memoryMb("VmHWM"));
    }

    /// Does something and waits until it shows.
    void step(const char* what, const std::function<void()>& act, const std::function<bool()>& shows) {
        m_app.takeLongest();
        QElapsedTimer timer;
        timer.start();
        act();
        while (!shows() && timer.elapsed() < longestWaitMs) QTest::qWait(1);
        std::printf("%-38s %8.2f s   away %6.1f ms   peak %5ld MB\n", what, double(timer.elapsed()) / 1000,
                    m_app.takeLongest() * 1000, memoryMb("VmHWM"));
        std::fflush(stdout);
    }

    void frames(const char* what, int count, const std::function<void(int)>& act) {
        std::vector<double> took;
        QElapsedTimer timer;
        for (int i = 0; i < count; ++i) {
            timer.start();
            act(i);
            QApplication::processEvents();
            took.push_back(double(timer.nsecsElapsed()) / 1e6);
        }
        std::ranges::sort(took);
        std::printf("%-38s median %5.2f, 99 of 100 within %6.2f, longest %6.2f ms\n", what, took[took.size() / 2],
                    took[took.size() * 99 / 100], took.back());
        std::fflush(stdout);
    }

    template <class T = QWidget>
    T* find(const char* name) {
        return m_window->findChild<T*>(QLatin1String(name));
    }

    void browse() {
        auto* grid = find<QAbstractItemView>("thumbnailGrid");
        auto* classes = find<QAbstractItemView>("classList");
        auto* search = find<QLineEdit>("pictureSearch");
        QScrollBar* bar = grid->verticalScrollBar();
        frames("scrolling by the wheel", 500, [&](int i) { bar->setValue(bar->value() + (i < 250 ? 40 : -40)); });
        frames("jumping anywhere", 200,
               [&](int i) { bar->setValue(int(qint64(bar->maximum()) * (i * 37 % 200) / 200)); });
        const int all = grid->model()->rowCount();
        step(
            "searching \"999\"", [&] { search->setText("999"); }, [&] { return grid->model()->rowCount() != all; });
        std::printf("  found %d\n", grid->model()->rowCount());
        step(
            "ending the search", [&] { search->clear(); }, [&] { return grid->model()->rowCount() == all; });
        frames("from class to class", 200, [&](int i) { classes->setCurrentIndex(classes->model()->index(i, 0)); });
        auto* classSearch = find<QLineEdit>("classSearch");
        frames("searching a class", 20, [&](int i) { classSearch->setText(QString::number(i * 97)); });
        classSearch->clear();
        classes->setCurrentIndex(classes->model()->index(0, 0));
        QTest::qWait(1000);
        m_app.takeLongest();
        step(
            "selecting all", [&] { grid->selectAll(); }, [] { return true; });
        frames("scrolling with all selected", 100, [&](int) { bar->setValue(bar->value() + 40); });
        grid->clearSelection();
    }

    void edit() {
        const auto index = [this] { return m_window->project().dataset()->index; };
        const std::size_t before = index()->classes.size();
        const std::string name = index()->classes.front();
        step(
            "excluding a class",
            [&] { static_cast<void>(m_window->project().edit({.kind = Edit::Kind::excludeClass, .from = name})); },
            [&] { return index()->classes.size() == before - 1; });
        step(
            "undoing that", [&] { m_window->project().history().undoStack().undo(); },
            [&] { return index()->classes.size() == before; });
    }

    void examine() {
        auto* issues = m_window->findChild<IssuesTab*>();
        auto* list = find<QAbstractItemView>("findingList");
        int before = -1;
        const auto isDone = [&] { return issues->openCount() >= 0; };
        step(
            "the doctor", [&] { issues->examineOnce(); }, isDone);
        before = issues->openCount();
        std::printf("  found %d, memory %ld MB\n", before, memoryMb("VmRSS"));
        frames("from issue to issue", 50, [&](int i) { list->setCurrentIndex(list->model()->index(i, 0)); });
    }

  private:
    test::WatchedApplication& m_app;
    std::unique_ptr<MainWindow> m_window;
};

}  // namespace

int main(int argc, char** argv) {
    test::WatchedApplication app(argc, argv);
    if (argc != 2) {
        std::fprintf(stderr, "bench_data_page FOLDER\n");
        return 2;
    }
    const QTemporaryDir home;
    qputenv("LEMNOS_PROJECTS", home.filePath("projects").toUtf8());
    qputenv("LEMNOS_CACHE", home.filePath("cache").toUtf8());
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, home.filePath("config"));
    Theme::instance().install(ThemeMode::light);
    const QString folder = QString::fromLocal8Bit(argv[1]);
    Bench bench(app);
    bench.open("opening for the first time", folder);
    bench.browse();
    bench.edit();
    bench.examine();
    bench.open("opening again", folder);
}
