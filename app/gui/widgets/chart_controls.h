// What stands above a chart, and the way from there to a file.
#pragma once

#include "compute/result.h"

class QCheckBox;
class QToolButton;
class QString;
class QByteArray;
class QCustomPlot;
class QWidget;

namespace lemnos {

struct Dialogs;

/// "log scale"; the tooltip says of what.
QCheckBox* makeLogScale(const char* objectName, const QString& accessibleName, const QString& tip);
QToolButton* makeSaveChart(const char* objectName);

/// Asks for a file, and saves the chart there as its name's end says; `name` is suggested. Nothing where the user
/// thought better of it.
Status askAndSaveChart(const Dialogs& dialogs, QWidget* window, QCustomPlot& plot, const QByteArray& csv,
                       const QString& name);

}  // namespace lemnos
