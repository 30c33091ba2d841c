#include "app/gui/pages/sweep_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>
#include <algorithm>
#include <set>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/widgets/device_picker.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/trial_model.h"
#include "app/session/device_list.h"
#include "model/sweep/trials.h"

namespace lemnos {

QString suggestedValues(const Param& param) {
    if (param.key == "learning_rate") return QStringLiteral("0.0001..0.1:log:4");
    if (param.key == "width") return QStringLiteral("0.5,1,2");
    if (param.key == "template") return QStringLiteral("own,linear,small_cnn");
    if (!param.choices.empty()) {
        QStringList names;
        for (const std::string& name : param.choices) names << QString::fromStdString(name);
        return names.join(QLatin1Char(','));
    }
    if (std::holds_alternative<bool>(param.defaultValue)) return QStringLiteral("false,true");
    if (const auto* whole = std::get_if<std::int64_t>(&param.defaultValue)) {
        const auto low = std::max<std::int64_t>(*whole / 2, std::int64_t(param.minimum));
        return QStringLiteral("%1,%2").arg(low).arg(std::max(low + 1, *whole * 2));
    }
    if (const auto* real = std::get_if<double>(&param.defaultValue)) {
        const double high = *real > 0 ? std::min(*real * 2, param.maximum) : std::min(param.maximum, 0.2);
        return QStringLiteral("%1,%2").arg(*real > 0 ? *real / 2 : 0.0).arg(high);
    }
    return QString::fromStdString(toString(param.defaultValue));
}

SweepForm::SweepForm(Project& project, DeviceList& devices, QWidget* parent)
    : QWidget(parent),
      m_project(project),
      m_devices(devices),
      m_list(new QVBoxLayout),
      m_more(new QComboBox),
      m_settings(new ParamEditor),
      m_deviceBox(new QWidget),
      m_ticks(new DevicePicker(devices, QStringLiteral("sweepDevice"))),
      m_problem(makeParagraph({}, "error")),
      m_plan(makeParagraph({}, "muted")) {
    setObjectName(QStringLiteral("sweepForm"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    layout->addWidget(makeLabel(tr("What to try"), "section"));
    layout->addWidget(
        makeParagraph(tr("Values with commas between, or a range: 0.001..0.1, with :log for a logarithmic "
                         "scale and :5 for five values of a grid."),
                      "small"));
    m_list->setSpacing(8);
    layout->addLayout(m_list);
    m_more->setObjectName(QStringLiteral("sweepAdd"));
    m_more->setAccessibleName(tr("Try another setting"));
    m_more->setToolTip(tr("Add a setting whose values are to be tried"));
    // The longest name decides how wide the list is, not how wide the window has to be.
    m_more->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_more->setMinimumContentsLength(12);
    connect(m_more, &QComboBox::activated, this, [this](int index) {
        const std::string key = m_more->itemData(index).toString().toStdString();
        if (const Param* param = findSweepParam(key)) addRow(key, suggestedValues(*param));
    });
    layout->addWidget(m_more);
    layout->addSpacing(8);
    layout->addWidget(makeLabel(tr("How"), "section"));
    m_settings->setObjectName(QStringLiteral("sweepSettings"));
    m_settings->setParams(sweepSettings(), *resolveParams(sweepSettings(), ParamMap(), "the sweep"));
    connect(m_settings, &ParamEditor::changed, this, &SweepForm::check);
    layout->addWidget(m_settings);
    auto* deviceList = new QVBoxLayout(m_deviceBox);
    deviceList->setContentsMargins(0, 0, 0, 0);
    deviceList->setSpacing(4);
    deviceList->addWidget(makeLabel(tr("One trial per device"), "section"));
    deviceList->addWidget(
        makeParagraph(tr("Each ticked device trains a trial of its own at a time. With none, trials train one after "
                         "the other, on what the Train page says."),
                      "small"));
    deviceList->addWidget(m_ticks);
    layout->addWidget(m_deviceBox);
    connect(m_ticks, &DevicePicker::changed, this, &SweepForm::check);
    connect(&devices, &DeviceList::changed, this, &SweepForm::refreshDevices);
    m_plan->setObjectName(QStringLiteral("sweepPlan"));
    m_problem->setObjectName(QStringLiteral("sweepProblem"));
    layout->addWidget(m_plan);
    layout->addWidget(m_problem);
    layout->addStretch();
    for (const auto signal : {&Project::settingsChanged, &Project::graphChanged, &Project::datasetChanged})
        connect(&project, signal, this, &SweepForm::check);
    refreshDevices();
    addRow("learning_rate", suggestedValues(*findSweepParam("learning_rate")));
    addRow("width", suggestedValues(*findSweepParam("width")));
}

void SweepForm::addRow(const std::string& key, const QString& values) {
    const Param& param = *findSweepParam(key);
    const QString name = QString::fromStdString(key), label = sweepLabel(key);
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    QLabel* title = makeLabel(label);
    title->setToolTip(translated(param.help));
    column->addWidget(title);
    auto* field = new QLineEdit(values);
    field->setObjectName(QStringLiteral("sweep_") + name);
    field->setAccessibleName(label);
    field->setToolTip(translated(param.help));
    title->setBuddy(field);
    connect(field, &QLineEdit::textChanged, this, &SweepForm::check);
    auto* remove = new QToolButton;
    remove->setObjectName(QStringLiteral("sweepRemove_") + name);
    remove->setAccessibleName(tr("Do not try %1").arg(label));
    remove->setToolTip(tr("Take this setting out: all trials share it"));
    remove->setIcon(icon(QStringLiteral("remove")));
    connect(remove, &QToolButton::clicked, this, [this, key] { removeRow(key); });
    auto* line = new QHBoxLayout;
    line->setSpacing(4);
    line->addWidget(field, 1);
    line->addWidget(remove);
    column->addLayout(line);
    m_list->addWidget(box);
    m_rows.push_back({key, box, field});
    refreshChoices();
    check();
}

void SweepForm::removeRow(const std::string& key) {
    const auto found = std::ranges::find(m_rows, key, &Row::key);
    if (found == m_rows.end()) return;
    found->box->hide();
    found->box->deleteLater();  // the click comes from inside it
    m_rows.erase(found);
    refreshChoices();
    check();
}

void SweepForm::refreshChoices() {
    const QSignalBlocker quiet(m_more);
    m_more->clear();
    m_more->addItem(tr("Try another setting…"));
    for (const Param& param : sweepParams()) {
        const bool taken = std::ranges::find(m_rows, param.key, &Row::key) != m_rows.end();
        if (!taken) m_more->addItem(sweepLabel(param.key), QString::fromStdString(param.key));
    }
    m_more->setMaxVisibleItems(20);
}

void SweepForm::refreshDevices() {
    m_deviceBox->setVisible(m_devices.devices().size() > 1);
    check();
}

Result<SweepSpec> SweepForm::spec() const {
    SweepSpec spec{.base = m_project.spec(), .parameters = {}, .settings = m_settings->values(), .devices = {}};
    for (const Row& row : m_rows) {
        TRY(SweepParameter parameter, parseSweepParameter(row.key, row.values->text().toStdString()));
        spec.parameters.push_back(std::move(parameter));
    }
    spec.devices = m_ticks->ticked();
    if (spec.parameters.empty()) return Error{tr("Choose a setting to try.").toStdString(), {}};
    if (m_project.dataset()) TRY_OK(checkSweep(spec));
    return spec;
}

/// What the strategy makes nothing of can't be set.
void SweepForm::refreshSettings() {
    const std::string& strategy = textParam(m_settings->values(), "strategy");
    m_settings->setUsed("trials", strategy != "grid");
    m_settings->setUsed("sweep_seed", strategy != "grid");
    m_settings->setUsed("eta", strategy == "halving");
}

void SweepForm::check() {
    refreshSettings();
    const Result<SweepSpec> order = spec();
    m_isValid = bool(order);
    m_problem->setText(order ? QString() : errorText(order.error()));
    m_problem->setVisible(!order);
    m_plan->setVisible(bool(order));
    if (order) {
        if (const auto trials = trialsOf(*order)) {
            QStringList rungs;
            for (const Rung& rung : rungsOf(*order, std::int64_t(trials->size())))
                rungs << tr("%1 for %2 epochs").arg(formatCount(rung.trials), formatCount(rung.epochs));
            m_plan->setText(tr("%1 trials: %2. Everything else is as on the Train page.")
                                .arg(formatCount(std::int64_t(trials->size())), rungs.join(tr(", then "))));
        }
    }
    emit changed();
}

}  // namespace lemnos
