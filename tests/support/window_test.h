// WindowTest: what tests of the whole window share. Widgets are found by their objectName, and used by mouse and keys.
#pragma once

#include <QAbstractButton>
#include <QDragEnterEvent>
#include <QMimeData>
#include <QtTest>
#include <memory>

#include "app/gui/main_window.h"

namespace lemnos::test {

class WindowTest : public QObject {
  protected:
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

    std::unique_ptr<MainWindow> m_window;
};

}  // namespace lemnos::test
