// The pictures that lemnos-screenshots makes are there, of the right size, and show something.
#include <QDir>
#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <set>

class TstScreenshots : public QObject {
    Q_OBJECT

  private slots:
    void everyPageIsThereEmptyAndFullLightAndDark() {
        QTemporaryDir folder;
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(LEMNOS_SCREENSHOTS, {"--out", folder.path(), "--size", "1280x800"});
        QVERIFY(process.waitForFinished(600'000));
        QVERIFY2(process.exitCode() == 0, process.readAll().constData());
        const QStringList files = QDir(folder.path()).entryList({"*.png"});
        QCOMPARE(files.size(), 7 * 2 * 2);
        for (const QString page : {"data", "model", "train", "export", "runs", "sweep", "machines"}) {
            std::set<QByteArray> different;
            for (const char* state : {"empty", "full"}) {
                for (const char* theme : {"light", "dark"}) {
                    const QImage image(folder.filePath(
                        QStringLiteral("%1-%2-%3-1280x800.png").arg(page, QLatin1String(state), QLatin1String(theme))));
                    QCOMPARE(image.size(), QSize(1280, 800));
                    std::set<QRgb> colors;
                    for (int y = 0; y < image.height(); y += 4) {
                        for (int x = 0; x < image.width(); x += 4) colors.insert(image.pixel(x, y));
                    }
                    QVERIFY2(colors.size() > 20, qPrintable(page));
                    const bool dark = qGray(image.pixel(640, 795)) < 128;
                    QCOMPARE(dark, QLatin1String(theme) == QLatin1String("dark"));
                    different.insert(QByteArray(reinterpret_cast<const char*>(image.constBits()), image.sizeInBytes()));
                }
            }
            QCOMPARE(different.size(), std::size_t(4));
        }
    }

    void withoutAFolderItSaysWhatItNeeds() {
        QProcess process;
        process.start(LEMNOS_SCREENSHOTS, {});
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("--out"));
    }
};

QTEST_GUILESS_MAIN(TstScreenshots)
#include "tst_screenshots.moc"
