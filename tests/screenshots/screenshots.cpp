// lemnos-screenshots: pictures of every page of the window, empty and full, light and dark.
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include "app/gui/main_window.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/peer_card.h"
#include "app/gui/widgets/run_model.h"
#include "model/data/sample_data.h"
#include "model/lan/identity.h"
#include "model/templates/template.h"
#include "tests/screenshots/data_states.h"

using namespace lemnos;
using test::fail;
using test::Photographer;
using test::waitFor;

namespace {

/// A page, and the tab of it that is shown.
struct Shot {
    const char* name;
    Step step;
    const char* tabs = nullptr;
    int tab = 0;
};

constexpr Shot shots[] = {{"data", Step::data},          {"model", Step::model}, {"train", Step::train},
                          {"export", Step::exportModel}, {"runs", Step::runs},   {"sweep", Step::runs, "runsTabs", 1},
                          {"machines", Step::machines}};

/// Every page, as it is now.
void shootAll(Photographer& photographer, MainWindow& window, const char* state, bool paired) {
    photographer.forEachLook(window, [&] {
        for (const Shot& shot : shots) {
            window.goTo(shot.step);
            auto* tabs = shot.tabs ? window.findChild<QTabBar*>(QLatin1String(shot.tabs)) : nullptr;
            if (tabs) tabs->setCurrentIndex(shot.tab);
            if (shot.step == Step::machines && paired)
                waitFor("list the PCs", [&] { return window.findChild<PeerCard*>() != nullptr; });
            photographer.save(window, QStringLiteral("%1-%2").arg(QLatin1String(shot.name), QLatin1String(state)));
            if (tabs) tabs->setCurrentIndex(0);
        }
    });
}

void set(Project& project, const char* key, const ParamValue& value) {
    ParamMap settings = project.settings();
    settings[key] = value;
    project.setSettings(settings);
}

void train(MainWindow& window, const char* network, std::int64_t epochs) {
    Project& project = window.project();
    auto graph = graphFromTemplate(network, project.inputShape());
    if (!graph) fail(QString::fromStdString(graph.error().message));
    project.editGraph(*std::move(graph), QString());
    set(project, "epochs", epochs);
    window.train();
    waitFor("train", [&] { return !window.session().isRunning() && project.runState() == RunState::finished; });
}

void sweep(MainWindow& window) {
    window.goTo(Step::runs);
    window.findChild<QTabBar*>(QStringLiteral("runsTabs"))->setCurrentIndex(1);
    window.findChild<QLineEdit*>(QStringLiteral("sweep_learning_rate"))->setText(QStringLiteral("0.0002..0.05:log:4"));
    window.findChild<QLineEdit*>(QStringLiteral("sweep_width"))->setText(QStringLiteral("0.25,1"));
    auto* start = window.findChild<QPushButton*>(QStringLiteral("sweepStart"));
    waitFor("prepare a sweep", [&] { return start->isEnabled(); });
    start->click();
    waitFor("finish a sweep", [&] { return start->isVisible(); });
    window.findChild<QTabBar*>(QStringLiteral("runsTabs"))->setCurrentIndex(0);
}

/// Runs that are ticked and one that is chosen, as somebody who compares them would have it.
void compareRuns(MainWindow& window) {
    auto* table = window.findChild<QTableView*>(QStringLiteral("runTable"));
    waitFor("list the runs", [&] { return table->model()->rowCount() >= 3; });
    table->sortByColumn(RunModel::epochsColumn, Qt::DescendingOrder);
    for (int row = 0; row < 3; ++row)
        table->model()->setData(table->model()->index(row, 0), Qt::Checked, Qt::CheckStateRole);
    table->setCurrentIndex(table->model()->index(0, 0));
}

/// PCs that this one is paired with, for the Machines page; they are not there.
void pairWithOthers() {
    auto trusted = TrustedPeers::load(qEnvironmentVariable("LEMNOS_CONFIG").toStdString());
    std::uint8_t number = 0;
    for (const auto& [name, address] :
         {std::pair("Studio", "192.168.0.7:7411"), std::pair("Attic", "192.168.0.9:7411")}) {
        TrustedPeer peer{.name = name, .address = address};
        peer.id.fill(std::byte{++number});
        if (!trusted || !trusted->trust(peer)) fail(QStringLiteral("The other PCs can't be written down."));
    }
}

QList<QSize> sizesFrom(const QStringList& texts) {
    QList<QSize> sizes;
    for (const QString& text : texts) {
        const QStringList sides = text.split(QLatin1Char('x'));
        const QSize size(sides.value(0).toInt(), sides.value(1).toInt());
        if (sides.size() != 2 || size.width() < 640 || size.height() < 400)
            fail(QStringLiteral("'%1' is not a size such as 1280x800.").arg(text));
        sizes << size;
    }
    return sizes.isEmpty() ? QList<QSize>{{1280, 800}, {2560, 1440}} : sizes;
}

}  // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    if (!qEnvironmentVariableIsSet("LEMNOS_CLI")) qputenv("LEMNOS_CLI", LEMNOS_CLI);
    QApplication app(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Pictures of every page, empty and full, light and dark."));
    parser.addHelpOption();
    parser.addOption({QStringLiteral("out"), QStringLiteral("Folder for the pictures."), QStringLiteral("DIR")});
    parser.addOption(
        {QStringLiteral("size"), QStringLiteral("1280x800 and the like, as often as wanted."), QStringLiteral("WxH")});
    parser.addOption({QStringLiteral("data"),
                      QStringLiteral("Instead, the Data page in every state, with pictures of this folder of class "
                                     "folders; \"sample\" draws some."),
                      QStringLiteral("DIR")});
    parser.process(app);
    const QString folder = parser.value(QStringLiteral("out"));
    if (folder.isEmpty() || !QDir().mkpath(folder)) fail(QStringLiteral("Name a folder with --out DIR."));

    // Nothing of the user's is seen or changed.
    const QTemporaryDir home;
    for (const char* name : {"LEMNOS_RUNS", "LEMNOS_PROJECTS", "LEMNOS_CACHE", "LEMNOS_CONFIG"})
        qputenv(name, home.filePath(QString::fromLatin1(name).toLower()).toUtf8());
    QStandardPaths::setTestModeEnabled(true);
    QApplication::setOrganizationName(QStringLiteral("lemnos-screenshots"));
    QApplication::setApplicationName(QStringLiteral("lemnos-screenshots"));
    QSettings().clear();
    Theme::instance().install(ThemeMode::light);

    Photographer photographer(folder, sizesFrom(parser.values(QStringLiteral("size"))));
    const QString drawn = home.filePath(QStringLiteral("shapes")), given = parser.value(QStringLiteral("data"));
    if (const Status done = makeSampleData(drawn.toStdString(), {.imagesPerClass = 60, .sizePixels = 32}); !done)
        fail(QString::fromStdString(done.error().message));
    if (!given.isEmpty()) {
        test::shootDataStates(photographer, (given == QLatin1String("sample") ? drawn : given).toStdString(),
                              home.path().toStdString());
        return 0;
    }
    MainWindow window;
    window.show();
    shootAll(photographer, window, "empty", false);
    window.openFolder(drawn);
    waitFor("open the data", [&] { return window.project().dataset() != nullptr; });
    window.project().setDevice("cpu");
    train(window, "linear", 8);
    train(window, "mlp256", 8);
    set(window.project(), "epochs", std::int64_t{2});
    sweep(window);
    train(window, "small_cnn", 12);
    compareRuns(window);
    pairWithOthers();
    shootAll(photographer, window, "full", true);
    return 0;
}
