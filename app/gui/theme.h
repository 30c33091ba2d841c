// Theme: the one place that says what colours and text sizes the window uses.
#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>
#include <QString>
#include <array>

namespace lemnos {

/// Colours by what they are for. Text on any of background, surface and raised has a contrast of at least 4.5
/// (WCAG 2.1, 1.4.3) when it is `text`, `muted`, `accentText` or `bad`.
struct Tokens {
    QColor background, surface, raised, line;
    QColor text, muted;
    QColor accent;      ///< lines, dots, focus
    QColor accentSoft;  ///< behind what is selected
    QColor accentText;  ///< accent-coloured text, and the primary button
    QColor onAccent;    ///< text on accentText
    QColor good, warn, bad;
    std::array<QColor, 6> series;  ///< of charts: Okabe & Ito 2008, readable with colour-blind eyes
    bool dark = false;
};

const Tokens& lightTokens();
const Tokens& darkTokens();

enum class ThemeMode : std::uint8_t { system, light, dark };

/// Text sizes in pixels.
namespace text_size {
constexpr int small = 12, normal = 13, heading = 16, large = 22;
}

/// The theme of the running application: style, palette, style sheet and font all follow from its tokens.
class Theme : public QObject {
    Q_OBJECT

  public:
    static Theme& instance();

    /// Gives the application its look. Called once, with the QApplication made.
    void install(ThemeMode mode);
    void setMode(ThemeMode mode);
    ThemeMode mode() const { return m_mode; }
    const Tokens& tokens() const { return *m_tokens; }

  signals:
    void changed();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    Theme() = default;
    void apply();

    ThemeMode m_mode = ThemeMode::system;
    const Tokens* m_tokens = &lightTokens();
    bool m_systemDark = false;
};

/// Short for Theme::instance().tokens().
inline const Tokens& tokens() {
    return Theme::instance().tokens();
}

QPalette paletteOf(const Tokens& tokens);
QString styleSheetOf(const Tokens& tokens);

/// The application's font at a size in pixels.
QFont sized(int pixels, QFont::Weight weight = QFont::Normal);

}  // namespace lemnos
