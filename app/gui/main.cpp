// lemnos: the window, or the curves of a run as a picture.
#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QSettings>
#include <QTimer>
#include <cstdio>

#include "app/gui/curves.h"
#include "app/gui/error_text.h"
#include "app/gui/main_window.h"
#include "app/gui/theme.h"
#include "app/session/qt_path.h"

namespace {

using namespace lemnos;

constexpr int failed = 1, usageError = 2;

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Main)
};

int complain(const QString& sentence, int code) {
    std::fprintf(stderr, "lemnos: %s\n", qPrintable(sentence));
    return code;
}

int curves(const QString& run, const QString& out) {
    if (out.isEmpty()) return complain(Texts::tr("--curves needs --out FILE.png, too. See lemnos --help."), usageError);
    Theme::instance().install(ThemeMode::light);
    const Status drawn = drawCurves(toPath(run), toPath(out));
    return drawn ? 0 : complain(errorText(drawn.error()), failed);
}

ThemeMode savedTheme() {
    const int saved = QSettings().value(QStringLiteral("theme")).toInt();
    return saved == int(ThemeMode::light) || saved == int(ThemeMode::dark) ? ThemeMode(saved) : ThemeMode::system;
}

}  // namespace

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("lemnos"));
    QApplication::setApplicationName(QStringLiteral("lemnos"));
    QApplication::setApplicationVersion(QStringLiteral(LEMNOS_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("lemnos"));

    QCommandLineParser parser;
    parser.setApplicationDescription(Texts::tr("A workbench that trains image classifiers from a folder of pictures."));
    const QCommandLineOption help({QStringLiteral("h"), QStringLiteral("help")}, Texts::tr("Show this help and exit."));
    const QCommandLineOption version({QStringLiteral("v"), QStringLiteral("version")},
                                     Texts::tr("Show the version and exit."));
    const QCommandLineOption run(QStringLiteral("curves"), Texts::tr("Draw the curves of a finished run and exit."),
                                 QStringLiteral("RUN"));
    const QCommandLineOption out(QStringLiteral("out"), Texts::tr("The PNG file that --curves writes."),
                                 QStringLiteral("FILE.png"));
    parser.addOptions({help, version, run, out});
    parser.addPositionalArgument(QStringLiteral("DATA"),
                                 Texts::tr("Folders of class folders, lists (.csv, .tsv), or a project (.lemnos)."),
                                 QStringLiteral("[DATA...]"));
    if (!parser.parse(QApplication::arguments())) {
        return complain(Texts::tr("%1 See lemnos --help.").arg(parser.errorText()), usageError);
    }
    if (parser.isSet(help)) {
        std::fputs(qPrintable(parser.helpText()), stdout);
        return 0;
    }
    if (parser.isSet(version)) {
        std::printf("Lemnos %s\n", LEMNOS_VERSION);
        return 0;
    }
    const QStringList folders = parser.positionalArguments();
    if (parser.isSet(out) && !parser.isSet(run)) {
        return complain(Texts::tr("--out belongs to --curves RUN. See lemnos --help."), usageError);
    }
    if (parser.isSet(run)) return curves(parser.value(run), parser.value(out));

    Theme::instance().install(savedTheme());
    MainWindow window;
    window.show();
    QStringList data;
    for (const QString& path : folders) data << QFileInfo(path).absoluteFilePath();
    if (!data.isEmpty()) window.openPaths(data);
    return QApplication::exec();
}
