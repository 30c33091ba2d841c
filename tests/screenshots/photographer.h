// Photographer: pictures of a window at several sizes, light and dark.
#pragma once

#include <QAbstractItemView>
#include <QDir>
#include <QtTest>
#include <cstdio>
#include <functional>

#include "app/gui/main_window.h"
#include "app/gui/theme.h"

namespace lemnos::test {

[[noreturn]] inline void fail(const QString& sentence) {
    std::fprintf(stderr, "lemnos-screenshots: %s\n", qPrintable(sentence));
    std::exit(1);
}

template <class Condition>
void waitFor(const char* what, const Condition& condition) {
    constexpr int waitMs = 300'000;
    if (!QTest::qWaitFor(condition, waitMs)) fail(QStringLiteral("It takes too long to %1.").arg(QLatin1String(what)));
}

class Photographer {
  public:
    Photographer(QString folder, QList<QSize> sizes) : m_folder(std::move(folder)), m_sizes(std::move(sizes)) {}

    /// Calls back once for each size and theme, to take one or several pictures with save().
    void forEachLook(MainWindow& window, const std::function<void()>& call) {
        for (const QSize& size : m_sizes) {
            window.resize(size);
            for (const auto& [mode, theme] :
                 {std::pair(ThemeMode::light, "light"), std::pair(ThemeMode::dark, "dark")}) {
                Theme::instance().setMode(mode);
                m_look = QStringLiteral("%1-%2x%3").arg(QLatin1String(theme)).arg(size.width()).arg(size.height());
                call();
            }
        }
        Theme::instance().setMode(ThemeMode::light);
    }

    void save(MainWindow& window, const QString& name, int settleMs = 250) {
        QTest::qWait(settleMs);  // charts come from timers
        waitFor("draw the thumbnails", [&] { return thumbnailsAreThere(window); });
        const QString file = QStringLiteral("%1/%2-%3.png").arg(m_folder, name, m_look);
        if (!window.grab().save(file)) fail(QStringLiteral("%1 can't be written.").arg(file));
    }

    void shoot(MainWindow& window, const char* name) {
        forEachLook(window, [&] { save(window, QLatin1String(name)); });
    }

  private:
    /// Those in sight; they come from threads.
    static bool thumbnailsAreThere(const MainWindow& window) {
        const auto* grid = window.findChild<QAbstractItemView*>(QStringLiteral("thumbnailGrid"));
        if (!grid || !grid->isVisible() || !grid->model()) return true;
        for (int row = 0; row < grid->model()->rowCount(); ++row) {
            const QModelIndex index = grid->model()->index(row, 0);
            if (!grid->viewport()->rect().intersects(grid->visualRect(index))) continue;
            if (index.data(Qt::DecorationRole).value<QPixmap>().isNull()) return false;
        }
        return true;
    }

    QString m_folder, m_look;
    QList<QSize> m_sizes;
};

}  // namespace lemnos::test
