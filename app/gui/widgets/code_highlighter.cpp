#include "app/gui/widgets/code_highlighter.h"

#include <QFontDatabase>
#include <QRegularExpression>

#include "app/gui/theme.h"
#include "app/gui/widgets/parts.h"

namespace lemnos {

namespace {

constexpr int inDocstring = 1;

const QRegularExpression& patternOf(CodeLanguage language) {
    static const QRegularExpression json(QStringLiteral(
        R"re((?<key>"(?:[^"\\]|\\.)*"(?=\s*:))|(?<text>"(?:[^"\\]|\\.)*")|(?<number>-?\b\d[\d.eE+-]*)|(?<word>\b(?:true|false|null)\b))re"));
    static const QRegularExpression python(QStringLiteral(
        R"re((?<comment>#.*$)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<word>\b(?:import|from|as|class|def|return|if|else|for|in|with|not|is|None|True|False|self|super|lambda)\b)|(?<number>\b\d[\d.e+-]*))re"));
    return language == CodeLanguage::json ? json : python;
}

}  // namespace

CodeHighlighter::CodeHighlighter(QTextDocument* document, CodeLanguage language)
    : QSyntaxHighlighter(document), m_language(language) {
    connect(&Theme::instance(), &Theme::changed, this, &QSyntaxHighlighter::rehighlight);
}

void CodeHighlighter::highlightBlock(const QString& text) {
    const Tokens& t = tokens();
    if (m_language == CodeLanguage::python) {
        const auto quotes = text.count(QStringLiteral("\"\"\""));
        const bool open = previousBlockState() == inDocstring;
        setCurrentBlockState((quotes % 2 == 1) != open ? inDocstring : 0);
        if (open || quotes > 0) return setFormat(0, int(text.size()), t.muted);
    }
    const QRegularExpression& pattern = patternOf(m_language);
    const std::pair<QString, QColor> colors[] = {{QStringLiteral("comment"), t.muted},
                                                 {QStringLiteral("key"), t.text},
                                                 {QStringLiteral("text"), t.good},
                                                 {QStringLiteral("word"), t.accentText},
                                                 {QStringLiteral("number"), t.series[0]}};
    const QStringList names = pattern.namedCaptureGroups();
    for (auto matches = pattern.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        for (const auto& [name, color] : colors) {
            if (!names.contains(name) || match.capturedLength(name) <= 0) continue;
            setFormat(int(match.capturedStart(name)), int(match.capturedLength(name)), color);
        }
    }
}

void prepareCode(QPlainTextEdit& text, CodeLanguage language) {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(text_size::normal);
    text.setFont(font);
    text.setLineWrapMode(QPlainTextEdit::NoWrap);
    text.setTabStopDistance(QFontMetricsF(font).horizontalAdvance(QLatin1Char(' ')) * 4);
    new CodeHighlighter(text.document(), language);
}

void layOutCode(QWidget& tab, QPlainTextEdit* text, QLabel* state, std::initializer_list<QPushButton*> buttons) {
    QFrame* card = makeCard();
    auto* inside = new QVBoxLayout(card);
    inside->setContentsMargins(8, 8, 2, 2);
    inside->addWidget(text);
    auto* layout = new QVBoxLayout(&tab);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(card, 1);
    auto* foot = new QHBoxLayout;
    foot->addWidget(state, 1);
    for (QPushButton* button : buttons) foot->addWidget(button);
    layout->addLayout(foot);
}

}  // namespace lemnos
