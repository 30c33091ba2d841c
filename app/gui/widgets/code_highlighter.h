// How code is shown: font, colours and what stands around it.
#pragma once

#include <QPlainTextEdit>
#include <QSyntaxHighlighter>
#include <initializer_list>

class QLabel;
class QPushButton;

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
/// Fills a tab: the code in a card, and below it what there is to say about it, and buttons.
void layOutCode(QWidget& tab, QPlainTextEdit* text, QLabel* state, std::initializer_list<QPushButton*> buttons);

}  // namespace lemnos
