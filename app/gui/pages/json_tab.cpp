#include "app/gui/pages/json_tab.h"

#include <QAction>
#include <QTextBlock>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/gui/error_text.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/code_highlighter.h"
#include "app/gui/widgets/parts.h"

namespace lemnos {

namespace {

constexpr int checkAfterMs = 150;

}  // namespace

JsonTab::JsonTab(Project& project, QWidget* parent) : QWidget(parent), m_project(project), m_text(new QPlainTextEdit) {
    m_text->setObjectName(QStringLiteral("jsonText"));
    m_text->setAccessibleName(tr("The network as JSON"));
    m_text->setToolTip(tr("Change it and press Apply (Ctrl+Enter); undo in the Graph tab brings the old network back"));
    prepareCode(*m_text, CodeLanguage::json);
    m_state = makeParagraph({}, "small");
    m_state->setObjectName(QStringLiteral("jsonState"));
    m_apply = makeButton("jsonApply", tr("Apply"), tr("Makes this the network (Ctrl+Enter)"), "primary");
    m_revert = makeButton("jsonRevert", tr("Revert"), tr("Shows the network as it is"));
    auto* apply = new QAction(tr("Apply the JSON"), this);
    apply->setShortcut(Qt::CTRL | Qt::Key_Return);
    apply->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(apply);
    layOutCode(*this, m_text, m_state, {m_revert, m_apply});

    m_pause.setSingleShot(true);
    m_pause.setInterval(checkAfterMs);
    connect(&m_pause, &QTimer::timeout, this, &JsonTab::check);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        m_isChanged = true;
        m_pause.start();
    });
    connect(m_apply, &QPushButton::clicked, this, &JsonTab::apply);
    connect(m_revert, &QPushButton::clicked, this, &JsonTab::load);
    connect(apply, &QAction::triggered, this, &JsonTab::apply);
    connect(&project, &Project::graphChanged, this, [this] {
        if (!m_isChanged && isVisible()) load();
    });
}

void JsonTab::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!m_isChanged) load();
}

void JsonTab::load() {
    const QSignalBlocker quiet(m_text);
    m_text->setPlainText(QString::fromStdString(toJson(m_project.graph()).dump(2)));
    m_isChanged = false;
    check();
}

void JsonTab::check() {
    m_pause.stop();
    m_parsed.reset();
    QString error;
    int line = -1;
    const std::string text = m_text->toPlainText().toStdString();
    try {
        const Result<Graph> graph = graphFromJson(nlohmann::json::parse(text));
        if (graph) {
            m_parsed = *graph;
            const PartialPlan plan = makePartialPlan(*graph, m_project.plan().plan.request);
            if (plan.error) error = errorText(*plan.error);
            if (plan.error) line = lineOf(plan.error->where);
        } else {
            error = errorText(graph.error());
            line = lineOf(graph.error().where);
        }
    } catch (const nlohmann::json::parse_error& exception) {
        const std::size_t at = std::min(exception.byte, text.size());
        line = int(std::count(text.begin(), text.begin() + std::ptrdiff_t(at), '\n'));
        error = tr("Something is missing here, or too much: this is not valid JSON.");
    }
    if (!error.isEmpty() && line >= 0) error = tr("Line %1: %2").arg(line + 1).arg(error);
    setStyled(*m_state, "role", error.isEmpty() ? "small" : "error");
    m_state->setText(!error.isEmpty() ? error
                     : m_isChanged
                         ? tr("A network of %n layer(s), not applied yet.", nullptr, int(m_parsed->layers.size()))
                         : tr("This is the network of the Graph tab."));
    markLine(line);
    m_apply->setEnabled(m_isChanged && m_parsed);
    m_revert->setEnabled(m_isChanged);
}

void JsonTab::apply() {
    check();
    if (!m_isChanged || !m_parsed) return;
    m_isChanged = false;
    m_project.editGraph(*m_parsed, tr("change the JSON"));
}

/// The line with the layer's name, or -1.
int JsonTab::lineOf(const std::string& layer) const {
    if (layer.empty()) return -1;
    const QString wanted = QStringLiteral("\"name\": ") + QString::fromStdString(nlohmann::json(layer).dump());
    const QTextCursor found = m_text->document()->find(wanted);
    return found.isNull() ? -1 : found.blockNumber();
}

void JsonTab::markLine(int line) {
    QList<QTextEdit::ExtraSelection> marks;
    if (line >= 0) {
        QTextEdit::ExtraSelection mark;
        QColor fill = tokens().bad;
        fill.setAlpha(50);
        mark.format.setBackground(fill);
        mark.format.setProperty(QTextFormat::FullWidthSelection, true);
        mark.cursor = QTextCursor(m_text->document()->findBlockByNumber(line));
        marks << mark;
    }
    m_text->setExtraSelections(marks);
}

}  // namespace lemnos
