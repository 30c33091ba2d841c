// WindowTest: what tests of the whole window share. Widgets are found by their objectName, and used by mouse and keys.
#pragma once

#include <QAbstractButton>
#include <QDialog>
#include <QDragEnterEvent>
#include <QMimeData>
#include <QtTest>
#include <memory>

#include "app/gui/main_window.h"
#include "app/gui/theme.h"

namespace lemnos::test {

class WindowTest : public QObject {
  protected:
    /// Names and colours of the program, before its first window; settings are those of tests.
    static void standForTheProgram() {
        QCoreApplication::setOrganizationName("lemnos");
        QCoreApplication::setApplicationName("lemnos-test");
        Theme::instance().install(ThemeMode::light);
    }

    template <class T = QWidget>
    T* find(const char* name) {
        T* found = m_window->findChild<T*>(QLatin1String(name));
        if (!found) qFatal("the window has no %s", name);
        return found;
    }

    void click(const char* name) {
        auto* button = find<QAbstractButton>(name);
        QVERIFY2(button->isVisible() && button->isEnabled(), name);
        QTest::mouseClick(button, Qt::LeftButton);
    }

    void drop(const QStringList& paths) {
        QMimeData mime;
        QList<QUrl> urls;
        for (const QString& path : paths) urls << QUrl::fromLocalFile(path);
        mime.setUrls(urls);
        const QPoint middle = m_window->rect().center();
        QDragEnterEvent enter(middle, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QVERIFY(find("dropMark")->isVisible());
        QDropEvent event(middle, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_window.get(), &event);
        QVERIFY(!find("dropMark")->isVisible());
    }

    /// Pictures of the window, or of what it has open above itself, into the folder LEMNOS_SHOTS where that is set:
    /// light and dark, and light at 2560x1440.
    void shoot(const QString& name) {
        const QString folder = qEnvironmentVariable("LEMNOS_SHOTS");
        if (folder.isEmpty()) return;
        auto* const dialog = m_window->findChild<QDialog*>();
        const bool isOpen = dialog && dialog->isVisible();
        const auto save = [&](const char* ending) {
            QTest::qWait(300);  // thumbnails and charts come from timers and threads
            const QPixmap picture = isOpen ? dialog->grab() : m_window->grab();
            picture.save(QStringLiteral("%1/%2-%3.png").arg(folder, name, QLatin1String(ending)));
        };
        save("light");
        Theme::instance().setMode(ThemeMode::dark);
        save("dark");
        Theme::instance().setMode(ThemeMode::light);
        if (isOpen) return;
        m_window->resize(2560, 1440);
        save("large");
        m_window->resize(1280, 800);
    }

    std::unique_ptr<MainWindow> m_window;
};

}  // namespace lemnos::test
