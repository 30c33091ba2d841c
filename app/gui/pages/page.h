// Page: one step of the left rail.
#pragma once

#include <QWidget>

#include "app/gui/project.h"

namespace lemnos {

class Page : public QWidget {
    Q_OBJECT

  public:
    using QWidget::QWidget;
    /// What stands in the right dock while this page is shown; owned by whoever it is put into.
    virtual QWidget* inspector() = 0;
    /// What the page tells in the status bar while nothing is trained.
    virtual QString statusText() const { return {}; }

  signals:
    /// The user wants to go to another step.
    void goTo(lemnos::Step step);
    void statusTextChanged();
};

}  // namespace lemnos
