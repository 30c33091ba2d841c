// Theme, icons and number formats.
#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QSignalSpy>
#include <QtTest>
#include <cmath>

#include "app/gui/format.h"
#include "app/gui/icons.h"
#include "app/gui/theme.h"

using namespace lemnos;

namespace {

/// Relative luminance and contrast (WCAG 2.1, definitions).
double luminance(const QColor& color) {
    const auto linear = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b) {
    const double high = std::max(luminance(a), luminance(b)), low = std::min(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

/// The colour of the most opaque pixel.
QColor inkOf(const QPixmap& pixmap) {
    const QImage image = pixmap.toImage().convertToFormat(QImage::Format_ARGB32);
    QColor ink = Qt::transparent;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixelColor(x, y).alpha() > ink.alpha()) ink = image.pixelColor(x, y);
        }
    }
    return ink;
}

}  // namespace

class TstTheme : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() { Theme::instance().install(ThemeMode::light); }

    void textCanBeReadOnEveryBackground_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    void textCanBeReadOnEveryBackground() {
        QFETCH(const bool, dark);
        const Tokens& t = dark ? darkTokens() : lightTokens();
        for (const QColor& background : {t.background, t.surface, t.raised}) {
            for (const QColor& text : {t.text, t.muted, t.accentText, t.bad}) {
                QVERIFY2(
                    contrast(text, background) >= 4.5,
                    qPrintable(
                        QString("%1 on %2: %3").arg(text.name(), background.name()).arg(contrast(text, background))));
            }
        }
        QVERIFY(contrast(t.accentText, t.accentSoft) >= 4.5);
        QVERIFY(contrast(t.onAccent, t.accentText) >= 4.5);
    }

    void dotsAndCurvesStandOut_data() { textCanBeReadOnEveryBackground_data(); }

    void dotsAndCurvesStandOut() {
        QFETCH(const bool, dark);
        const Tokens& t = dark ? darkTokens() : lightTokens();
        // WCAG 2.1, 1.4.11: graphics need 3.
        for (const QColor& color : {t.good, t.warn, t.accent, t.series[0], t.series[1]}) {
            QVERIFY2(contrast(color, t.surface) >= 3, qPrintable(color.name()));
        }
    }

    void theStyleSheetNamesNoUnknownToken() {
        for (const Tokens* t : {&lightTokens(), &darkTokens()}) {
            const QString sheet = styleSheetOf(*t);
            static const QRegularExpression token("\\{[A-Za-z]+\\}");
            QVERIFY2(!sheet.contains(token), qPrintable(token.match(sheet).captured()));
        }
    }

    void switchingChangesPaletteAndTells() {
        QSignalSpy changed(&Theme::instance(), &Theme::changed);
        Theme::instance().setMode(ThemeMode::dark);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(QApplication::palette().color(QPalette::Window), darkTokens().background);
        QVERIFY(tokens().dark);
        Theme::instance().setMode(ThemeMode::light);
        QCOMPARE(QApplication::palette().color(QPalette::Window), lightTokens().background);
        Theme::instance().setMode(ThemeMode::light);
        QCOMPARE(changed.count(), 2);
    }

    void everyIconDrawsSomething() {
        const QStringList files = QDir(":/icons").entryList({"*.svg"});
        QVERIFY(files.size() > 10);
        for (const QString& file : files) {
            const QPixmap pixmap = icon(QFileInfo(file).baseName()).pixmap(24, 24);
            QVERIFY2(inkOf(pixmap).alpha() > 100, qPrintable(file));
        }
    }

    void iconsFollowTheTheme() {
        const QIcon check = icon("check");
        QVERIFY(luminance(inkOf(check.pixmap(48, 48))) < 0.2);
        Theme::instance().setMode(ThemeMode::dark);
        QVERIFY(luminance(inkOf(check.pixmap(48, 48))) > 0.6);
        Theme::instance().setMode(ThemeMode::light);
    }

    void theAppIconComesInEverySize() {
        QVERIFY(!appIcon().isNull());
        QCOMPARE(appIcon().actualSize({256, 256}), QSize(256, 256));
    }

    void numbersReadAsUsersWriteThem() {
        QLocale::setDefault(QLocale::c());
        QCOMPARE(formatCount(4317), QString("4,317"));
        QCOMPARE(formatCount(-1234567), QString("-1,234,567"));
        QCOMPARE(formatShort(950), QString("950"));
        QCOMPARE(formatShort(173'000'000), QString("173 M"));
        QCOMPARE(formatShort(1'803'914), QString("1.80 M"));
        QCOMPARE(formatBytes(412'000'000), QString("412 MB"));
        QCOMPARE(formatBytes(1'900'000'000), QString("1.90 GB"));
        QCOMPARE(formatPercent(0.9141), QString("91.4 %"));
        QCOMPARE(formatLoss(0.2841), QString("0.284"));
        QCOMPARE(formatLoss(0.00031), QString("0.00031"));
        QCOMPARE(formatLoss(0), QString("0.000"));
        QCOMPARE(formatShape({28, 28, 1}), QStringLiteral("28 × 28 × 1"));
    }

    void timesReadAsUsersWriteThem() {
        QCOMPARE(formatDuration(0), QString("0:00"));
        QCOMPARE(formatDuration(371.2), QString("6:12"));
        QCOMPARE(formatDuration(3765), QString("1:02:45"));
        QCOMPARE(formatDuration(-1), QStringLiteral("–"));
        QCOMPARE(formatDuration(std::nan("")), QStringLiteral("–"));
        QVERIFY(!formatDuration(1e300).isEmpty());
    }

    void lossesThatAreNoNumbersAreSaidSo() {
        QVERIFY(formatLoss(std::nan("")).contains("not a number"));
        QVERIFY(formatLoss(INFINITY).contains("not a number"));
    }
};

QTEST_MAIN(TstTheme)
#include "tst_theme.moc"
