// TrainSettings: the right side of the Train page.
#include "app/gui/pages/train_settings.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <cmath>

#include "app/gui/format.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/device_picker.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/rate_finder.h"
#include "app/gui/widgets/schedule_plot.h"
#include "app/session/device_list.h"
#include "model/optimizers/optimizer.h"
#include "model/schedules/schedule.h"

namespace lemnos {

TrainSettings::TrainSettings(Project& project, DeviceList& devices, QWidget* parent)
    : QWidget(parent),
      m_project(project),
      m_devices(devices),
      m_run(new ParamEditor),
      m_optimizer{makeLabel({}, "section"), new ParamEditor},
      m_schedule{makeLabel({}, "section"), new ParamEditor},
      m_schedulePlot(new SchedulePlot),
      m_device(new DevicePicker(devices, QStringLiteral("device"))),
      m_deviceNote(makeParagraph({}, "small")),
      m_fields(new QWidget) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    auto* fields = new QVBoxLayout(m_fields);
    fields->setContentsMargins(0, 0, 0, 0);
    fields->setSpacing(8);
    m_run->setObjectName(QStringLiteral("runSettings"));
    m_run->setParams(runSettings(), project.settings());
    connect(m_run, &ParamEditor::changed, &project, &Project::setSettings);
    m_optimizer.editor->setObjectName(QStringLiteral("optimizerSettings"));
    connect(m_optimizer.editor, &ParamEditor::changed, &project, &Project::setOptimizer);
    m_schedule.editor->setObjectName(QStringLiteral("scheduleSettings"));
    connect(m_schedule.editor, &ParamEditor::changed, &project, &Project::setSchedule);
    m_device->setObjectName(QStringLiteral("device"));
    m_device->setAccessibleName(tr("Devices to train on"));
    connect(m_device, &DevicePicker::changed, this, [this] { m_project.setDevice(m_device->device()); });
    fields->addWidget(makeLabel(tr("Settings"), "section"));
    fields->addWidget(m_run);
    for (const ChosenFields* chosen : {&m_optimizer, &m_schedule}) {
        fields->addSpacing(8);
        fields->addWidget(chosen->title);
        fields->addWidget(chosen->editor);
    }
    auto* rateHead = new QHBoxLayout;
    m_findRate = makeButton("findRate", tr("Find…"),
                            tr("Try learning rates on this network and data, and see which it learns best at"), "link");
    m_findRate->setAccessibleName(tr("Find a learning rate"));
    connect(m_findRate, &QPushButton::clicked, this, &TrainSettings::findRate);
    rateHead->addWidget(makeLabel(tr("Learning rate over the run"), "small"), 1);
    rateHead->addWidget(m_findRate);
    fields->addLayout(rateHead);
    fields->addWidget(m_schedulePlot);
    fields->addSpacing(8);
    fields->addWidget(makeLabel(tr("Runs on"), "section"));
    fields->addWidget(m_device);
    fields->addWidget(m_deviceNote);
    layout->addWidget(m_fields);
    layout->addSpacing(8);
    layout->addWidget(makeCommand());
    layout->addStretch();

    connect(&project, &Project::settingsChanged, this, &TrainSettings::refresh);
    connect(&project, &Project::planChanged, this, &TrainSettings::refresh);
    // What a run was started with stays as it is until it is over.
    connect(&project, &Project::runChanged, this,
            [this] { m_fields->setEnabled(m_project.runState() != RunState::running); });
    connect(&devices, &DeviceList::changed, this, &TrainSettings::refreshDevices);
    refresh();
}

QWidget* TrainSettings::makeCommand() {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    auto* head = new QHBoxLayout;
    QPushButton* copy =
        makeButton("copyCommand", tr("Copy"), tr("Copy the command, to train the same in a terminal"), "link", "copy");
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_command->text()); });
    head->addWidget(makeLabel(tr("Equivalent command"), "section"), 1);
    head->addWidget(copy);
    auto* frame = new QFrame;
    frame->setProperty("role", "code");
    auto* inner = new QVBoxLayout(frame);
    inner->setContentsMargins(8, 8, 8, 8);
    m_command = makeParagraph({});
    m_command->setObjectName(QStringLiteral("equivalentCommand"));
    m_command->setAccessibleName(tr("Equivalent command"));
    m_command->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    mono.setPixelSize(text_size::small);
    m_command->setFont(mono);
    inner->addWidget(m_command);
    layout->addLayout(head);
    layout->addWidget(frame);
    return box;
}

template <class Type>
void TrainSettings::showChosen(ChosenFields& fields, const Type& type, const ParamMap& values) {
    fields.title->setText(translated(std::string(type.label)));
    fields.title->setToolTip(translated(std::string(type.summary)));
    if (fields.shown != type.name) {
        fields.shown = type.name;
        fields.editor->setParams(type.params, values);
    } else {
        fields.editor->setValues(values);
    }
    fields.title->setVisible(!type.params.empty());
    fields.editor->setVisible(!type.params.empty());
}

void TrainSettings::refresh() {
    m_run->setValues(m_project.settings());
    showChosen(m_optimizer, m_project.optimizerType(), m_project.optimizer());
    showChosen(m_schedule, m_project.scheduleType(), m_project.schedule());
    refreshSchedule();
    refreshDevices();
    m_command->setText(m_project.dataset()
                           ? QString::fromStdString(equivalentCommand(m_project.spec(), m_project.inputShape()))
                           : tr("Shown here once data is open."));
}

void TrainSettings::findRate() {
    auto* finder = new RateFinder(window());
    connect(finder, &RateFinder::chosen, this, [this](double rate) {
        // As many digits as the suggestion is shown with.
        const double digits = std::pow(10, 1 - std::floor(std::log10(rate)));
        ParamMap settings = m_project.settings();
        settings["learning_rate"] = std::round(rate * digits) / digits;
        m_project.setSettings(settings);
    });
    finder->find(m_project.spec());
}

void TrainSettings::refreshSchedule() {
    m_findRate->setEnabled(m_project.missingForTraining().isEmpty());

    const ParamMap& settings = m_project.settings();
    const double given = realParam(settings, "learning_rate");
    const double rate = given > 0 ? given : m_project.optimizerType().defaultLearningRate;
    // An automatic batch is settled when the run starts; what it makes of the curve can't be seen.
    const std::int64_t batch =
        std::max<std::int64_t>(1, intParam(settings, "batch") * intParam(settings, "accumulate"));
    const auto pictures = std::int64_t(m_project.dataset() ? m_project.dataset()->train : 0);
    m_schedulePlot->show(m_project.scheduleType(), m_project.schedule(), rate, intParam(settings, "epochs"),
                         std::max<std::int64_t>(1, (pictures + batch - 1) / batch));
}

void TrainSettings::refreshDevices() {
    m_device->setDevice(m_project.device());
    m_deviceNote->setText(!m_devices.isKnown()             ? tr("Looking for devices…")
                          : !m_devices.problem().isEmpty() ? m_devices.problem()
                          : m_device->ticked().empty()
                              ? tr("With none ticked, the fastest kind of device that this PC has is taken.")
                              : tr("Ticked devices share out each step."));
}

}  // namespace lemnos
