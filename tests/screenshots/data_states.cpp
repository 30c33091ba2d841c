#include "tests/screenshots/data_states.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QLineEdit>
#include <QSemaphore>
#include <QTabBar>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/gui/pages/issues_tab.h"
#include "app/session/qt_path.h"
#include "model/files.h"

namespace lemnos::test {

namespace fs = std::filesystem;

namespace {

enum Tab { browse, balance, splits, issues, leftOut };

void showTab(MainWindow& window, Tab tab) {
    window.findChild<QTabBar*>(QStringLiteral("dataTabs"))->setCurrentIndex(tab);
}

QAbstractItemView* view(MainWindow& window, const char* name) {
    return window.findChild<QAbstractItemView*>(QLatin1String(name));
}

void chooseClass(MainWindow& window, int row) {
    QAbstractItemView* classes = view(window, "classList");
    classes->setCurrentIndex(classes->model()->index(row, 0));
}

/// A copy of the data with a fault of every kind.
fs::path badlyKept(const fs::path& data, const fs::path& work) {
    const fs::path folder = work / "badly kept";
    fs::copy(data, folder, fs::copy_options::recursive);
    std::vector<fs::path> classes;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.is_directory()) classes.push_back(entry.path());
    std::ranges::sort(classes);
    std::vector<fs::path> pictures;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) pictures.push_back(entry.path());
    std::ranges::sort(pictures);
    const auto text = readFile(pictures.front());
    if (!text || classes.size() < 2) fail(QStringLiteral("%1 has no two classes.").arg(toText(data)));
    for (int i = 0; i < 4; ++i)
        fs::copy_file(pictures[std::size_t(i)], classes[0] / ("copy " + std::to_string(i) + ".png"));
    fs::copy_file(pictures[5], classes[1] / "same as the other.png");
    fs::copy_file(pictures[6], classes[0] / "called a photo.jpg");
    const auto write = [](const fs::path& file, std::string_view bytes) {
        if (!writeAtomically(file, bytes)) fail(QStringLiteral("%1 can't be written.").arg(toText(file)));
    };
    write(classes[1] / "half.png", std::string_view(*text).substr(0, text->size() / 2));
    write(classes[1] / "empty.png", "");
    write(classes[1] / "notes.png", "these are no pixels");
    return folder;
}

void open(MainWindow& window, const fs::path& folder) {
    const auto before = window.project().dataset() ? window.project().dataset()->index : nullptr;
    window.openFolder(toText(folder));
    waitFor("open the data", [&] { return window.project().dataset() && window.project().dataset()->index != before; });
    QTest::qWait(500);
}

/// A folder that takes its time: the page as it is meanwhile.
void shootScanning(Photographer& photographer, const fs::path& data) {
    QSemaphore over;
    Outside outside;
    outside.backend.scan = [&over](const std::vector<fs::path>&, const ScanOptions& options) -> Result<DatasetIndex> {
        options.progress(1'204'511, 2'000'000);
        over.acquire();
        return Error{"Cancelled.", {}};
    };
    MainWindow window(outside);
    window.show();
    window.openFolder(toText(data));
    photographer.shoot(window, "data-scanning");
    over.release();
}

void shootErrors(Photographer& photographer, const fs::path& data, const fs::path& work) {
    MainWindow window;
    window.show();
    const auto shoot = [&](const fs::path& path, const char* name) {
        window.openFolder(toText(path));
        QTest::qWait(500);
        photographer.shoot(window, name);
    };
    shoot(work / "not there", "data-error-missing");
    fs::create_directories(work / "one class" / "cats");
    fs::copy_file(fs::recursive_directory_iterator(data / fs::directory_iterator(data)->path().filename())->path(),
                  work / "one class" / "cats" / "1.png");
    shoot(work / "one class", "data-error-one-class");
    static_cast<void>(writeAtomically(work / "newer.lemnos", R"({"format": "lemnos-project", "version": 99})"));
    shoot(work / "newer.lemnos", "data-error-newer");
    open(window, data);
    static_cast<void>(fs::remove(work / "newer.lemnos"));
    shoot(work / "newer.lemnos", "data-error-while-open");
}

void addTransforms(Project& project) {
    std::vector<TransformSpec> preprocess, augment;
    const auto add = [](std::vector<TransformSpec>& list, const char* text) {
        auto spec = transformFromJson(nlohmann::json::parse(text));
        if (spec) list.push_back(*std::move(spec));
    };
    add(preprocess, R"({"type": "resize", "params": {"mode": "fit"}})");
    add(augment, R"({"type": "flip_horizontal"})");
    add(augment, R"({"type": "rotate", "params": {"degrees": 15.0}})");
    add(augment, R"({"type": "colour_jitter"})");
    add(augment, R"({"type": "cutout"})");
    project.editTransforms(preprocess, augment, QStringLiteral("screenshots"));
}

}  // namespace

void shootDataStates(Photographer& photographer, const fs::path& data, const fs::path& work) {
    {
        MainWindow window;
        window.show();
        photographer.shoot(window, "data-empty");
    }
    shootScanning(photographer, data);
    shootErrors(photographer, data, work);

    MainWindow window;
    window.show();
    open(window, badlyKept(data, work));
    photographer.shoot(window, "data-pictures");
    chooseClass(window, 1);
    QAbstractItemView* grid = view(window, "thumbnailGrid");
    for (const int row : {1, 2, 5})
        grid->selectionModel()->select(grid->model()->index(row, 0), QItemSelectionModel::Select);
    photographer.shoot(window, "data-selection");
    chooseClass(window, 0);
    auto* search = window.findChild<QLineEdit*>(QStringLiteral("pictureSearch"));
    search->setText(QStringLiteral("copy"));
    photographer.shoot(window, "data-search");
    search->clear();
    showTab(window, balance);
    photographer.shoot(window, "data-balance");
    showTab(window, splits);
    photographer.shoot(window, "data-splits");

    // The examination is asked for again and again, so that it is going on whenever a picture is taken.
    auto* examination = window.findChild<IssuesTab*>();
    showTab(window, issues);
    photographer.forEachLook(window, [&] {
        waitFor("examine the data", [&] { return examination->openCount() >= 0; });
        window.findChild<QAbstractButton*>(QStringLiteral("examineAgain"))->click();
        photographer.save(window, QStringLiteral("data-issues-running"), 0);
    });
    waitFor("examine the data", [&] { return view(window, "findingList")->isVisible(); });
    photographer.shoot(window, "data-issues-found");
    showTab(window, leftOut);
    photographer.shoot(window, "data-left-out");
    showTab(window, browse);
    addTransforms(window.project());
    photographer.shoot(window, "data-transforms");
    window.project().setTrainingSize(96, 96);
    photographer.shoot(window, "data-cache");
}

}  // namespace lemnos::test
