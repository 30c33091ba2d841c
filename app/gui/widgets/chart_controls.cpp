#include "app/gui/widgets/chart_controls.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QFileInfo>
#include <QToolButton>

#include "app/gui/outside.h"
#include "app/gui/widgets/chart_file.h"
#include "app/gui/widgets/parts.h"

namespace lemnos {

namespace {

struct ChartControls {
    Q_DECLARE_TR_FUNCTIONS(ChartControls)
};

}  // namespace

QCheckBox* makeLogScale(const char* objectName, const QString& accessibleName, const QString& tip) {
    auto* box = new QCheckBox(ChartControls::tr("log scale"));
    box->setObjectName(QLatin1String(objectName));
    box->setAccessibleName(accessibleName);
    box->setToolTip(tip);
    return box;
}

QToolButton* makeSaveChart(const char* objectName) {
    auto* button = new QToolButton;
    button->setObjectName(QLatin1String(objectName));
    button->setAccessibleName(ChartControls::tr("Save this chart"));
    button->setToolTip(ChartControls::tr("Save this chart as a picture (PNG, SVG, PDF) or its points as CSV"));
    button->setIcon(icon(QStringLiteral("export")));
    return button;
}

Status askAndSaveChart(const Dialogs& dialogs, QWidget* window, QCustomPlot& plot, const QByteArray& csv,
                       const QString& name) {
    QString file = dialogs.saveChart(window, ChartControls::tr("Save the chart as"), name + QStringLiteral(".png"));
    if (file.isEmpty()) return {};
    if (QFileInfo(file).suffix().isEmpty()) file += QStringLiteral(".png");
    return saveChart(plot, csv, file);
}

}  // namespace lemnos
