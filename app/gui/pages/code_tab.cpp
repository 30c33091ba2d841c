#include "app/gui/pages/code_tab.h"

#include <QApplication>
#include <QClipboard>
#include <QPlainTextEdit>

#include "app/gui/error_text.h"
#include "app/gui/widgets/code_highlighter.h"
#include "app/gui/widgets/parts.h"
#include "app/session/qt_path.h"
#include "model/exchange/python_code.h"
#include "model/files.h"

namespace lemnos {

CodeTab::CodeTab(const Project& project, const Dialogs& dialogs, const PythonFramework& framework, QWidget* parent)
    : QWidget(parent), m_project(project), m_dialogs(dialogs), m_framework(framework), m_text(new QPlainTextEdit) {
    const QString name = QString::fromUtf8(framework.name.data(), qsizetype(framework.name.size()));
    const QString label = QString::fromUtf8(framework.label.data(), qsizetype(framework.label.size()));
    const auto named = [&](const char* what) { return (name + QLatin1String(what)).toUtf8(); };
    m_text->setObjectName(QString::fromUtf8(named("Text")));
    m_text->setAccessibleName(tr("The network in %1").arg(label));
    m_text->setToolTip(tr("A program that runs as it is printed here"));
    m_text->setReadOnly(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    prepareCode(*m_text, CodeLanguage::python);
    m_state = makeParagraph({}, "small");
    m_state->setObjectName(QString::fromUtf8(named("State")));
    m_copy = makeButton(named("Copy"), tr("Copy"), tr("Copy the whole program"), nullptr, "copy");
    m_save = makeButton(named("Save"), tr("Save…"), tr("Save it as a Python file"));
    layOutCode(*this, m_text, m_state, {m_copy, m_save});
    connect(m_copy, &QPushButton::clicked, this, &CodeTab::copy);
    connect(m_save, &QPushButton::clicked, this, &CodeTab::save);
    connect(&project, &Project::planChanged, this, [this] {
        if (isVisible()) refresh();
    });
}

void CodeTab::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refresh();
}

void CodeTab::refresh() {
    const Result<std::string> code = pythonCode(m_framework, m_project.graph(), m_project.plan().plan.request);
    m_copy->setEnabled(code.ok());
    m_save->setEnabled(code.ok());
    say(code ? tr("Runs as it is; load_weights() takes the weights.safetensors of a run.") : errorText(code.error()),
        code ? "small" : "error");
    const QString text = code ? QString::fromStdString(*code) : QString();
    if (text != m_text->toPlainText()) m_text->setPlainText(text);
}

void CodeTab::say(const QString& sentence, const char* role) {
    m_state->setText(sentence);
    setStyled(*m_state, "role", role);
}

void CodeTab::copy() {
    QApplication::clipboard()->setText(m_text->toPlainText());
    say(tr("Copied."), "small");
}

void CodeTab::save() {
    const QString name = QString::fromUtf8(m_framework.name.data(), qsizetype(m_framework.name.size()));
    const QString file = m_dialogs.saveFile(this, tr("Save the program"), QStringLiteral("network_%1.py").arg(name));
    if (file.isEmpty()) return;
    const Status saved = writeAtomically(toPath(file), m_text->toPlainText().toStdString());
    if (saved)
        say(tr("Saved as %1.").arg(file), "small");
    else
        say(errorText(saved.error()), "error");
}

}  // namespace lemnos
