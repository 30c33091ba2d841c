#include "app/gui/widgets/sharing_editor.h"

#include <QLabel>
#include <QVBoxLayout>
#include <QtConcurrentRun>
#include <memory>

#include "app/gui/error_text.h"
#include "app/gui/widgets/device_picker.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "model/files.h"
#include "model/lan/sharing_settings.h"

namespace lemnos {

SharingEditor::SharingEditor(const DeviceList& devices, QWidget* parent)
    : QWidget(parent),
      m_devices(new DevicePicker(devices, QStringLiteral("shareDevice"))),
      m_editor(new ParamEditor),
      m_problem(makeParagraph({}, "error")) {
    m_pool.setMaxThreadCount(1);
    m_editor->setObjectName(QStringLiteral("sharingSettings"));
    m_problem->setObjectName(QStringLiteral("sharingProblem"));
    m_problem->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(makeLabel(tr("What this PC lends"), "section"));
    layout->addWidget(m_devices);
    layout->addWidget(
        makeParagraph(tr("With no device ticked, the fastest kind that this PC has trains for others."), "small"));
    layout->addWidget(m_editor);
    layout->addWidget(makeParagraph(tr("Changes apply to runs that ask from now on."), "small"));
    layout->addWidget(m_problem);
    setEnabled(false);
    connect(m_devices, &DevicePicker::changed, this, [this] {
        m_values["device"] = m_devices->device();
        save();
    });
    connect(m_editor, &ParamEditor::changed, this, [this](const ParamMap& values) {
        for (const auto& [key, value] : values) m_values[key] = value;
        save();
    });
    load();
}

SharingEditor::~SharingEditor() {
    m_pool.waitForDone();
}

void SharingEditor::load() {
    QtConcurrent::run(&m_pool, [] {
        return std::make_shared<Result<ParamMap>>(loadSharing(settingsFolder()));
    }).then(this, [this](const std::shared_ptr<Result<ParamMap>>& values) {
        // What can't be read is left as it is; nothing is shared either then.
        if (!*values) return tell(errorText(values->error()));
        show(**values);
        setEnabled(true);
    });
}

void SharingEditor::show(const ParamMap& values) {
    m_values = values;
    std::vector<Param> params = sharingParams();
    std::erase_if(params, [](const Param& param) { return param.key == "device"; });
    ParamMap shown = values;
    shown.erase("device");
    m_editor->setParams(std::move(params), shown);
    m_devices->setDevice(textParam(values, "device"));
}

void SharingEditor::save() {
    QtConcurrent::run(&m_pool, [values = m_values] {
        return std::make_shared<Status>(saveSharing(settingsFolder(), values));
    }).then(this, [this](const std::shared_ptr<Status>& status) {
        tell(*status ? QString() : errorText(status->error()));
    });
}

void SharingEditor::tell(const QString& problem) {
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

}  // namespace lemnos
