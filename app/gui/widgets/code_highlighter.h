// How code is shown: font, colours and the card around it.
#pragma once

#include <QPlainTextEdit>
#include <QSyntaxHighlighter>

class QFrame;

namespace lemnos {

enum class CodeLanguage : std::uint8_t { json, python };

class CodeHighlighter : public QSyntaxHighlighter {
    Q_OBJECT

  public:
    CodeHighlighter(QTextDocument* document, CodeLanguage language);

  protected:
    void highlightBlock(const QString& text) override;

  private:
    CodeLanguage m_language;
};

/// Gives the field the font of code, and colours that go with the theme.
void prepareCode(QPlainTextEdit& text, CodeLanguage language);
QFrame* makeCodeCard(QPlainTextEdit* text);
/// Has the style sheet look at the widget's role again.
void repolish(QWidget& widget);

}  // namespace lemnos
