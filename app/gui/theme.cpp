// Colours, palette and style sheet of the window.
#include "app/gui/theme.h"

#include <QApplication>
#include <QEvent>
#include <QFontDatabase>
#include <QStyle>

#include "app/gui/flat_style.h"

// A static library's resources are linked only when they are asked for; the macro wants no namespace around it.
static void linkResources() {
    Q_INIT_RESOURCE(app);
}

namespace lemnos {

const Tokens& lightTokens() {
    static const Tokens tokens{
        .background = "#f5f5f3",
        .surface = "#ffffff",
        .raised = "#fafaf8",
        .line = "#e2e2dd",
        .text = "#1f2226",
        .muted = "#696e75",
        .accent = "#d4551a",
        .accentSoft = "#fbeadf",
        .accentText = "#b8430e",
        .onAccent = "#ffffff",
        .good = "#1e8e5a",
        .warn = "#b97a00",
        .bad = "#c23b3b",
        .series = {"#0072b2", "#d55e00", "#009e73", "#e69f00", "#56b4e9", "#cc79a7"},
    };
    return tokens;
}

const Tokens& darkTokens() {
    static const Tokens tokens{
        .background = "#17191c",
        .surface = "#1f2226",
        .raised = "#262a2f",
        .line = "#353a41",
        .text = "#e8e9ea",
        .muted = "#989ea6",
        .accent = "#f0763a",
        .accentSoft = "#3a2a20",
        .accentText = "#f0763a",
        .onAccent = "#17191c",
        .good = "#4fbf8b",
        .warn = "#e0a93b",
        .bad = "#e76a6a",
        .series = {"#56b4e9", "#e69f00", "#009e73", "#d55e00", "#0072b2", "#cc79a7"},
        .dark = true,
    };
    return tokens;
}

QPalette paletteOf(const Tokens& t) {
    QPalette palette;
    palette.setColor(QPalette::Window, t.background);
    palette.setColor(QPalette::WindowText, t.text);
    palette.setColor(QPalette::Base, t.surface);
    palette.setColor(QPalette::AlternateBase, t.raised);
    palette.setColor(QPalette::Text, t.text);
    palette.setColor(QPalette::PlaceholderText, t.muted);
    palette.setColor(QPalette::Button, t.surface);
    palette.setColor(QPalette::ButtonText, t.text);
    palette.setColor(QPalette::BrightText, t.onAccent);
    palette.setColor(QPalette::Highlight, t.accentSoft);
    palette.setColor(QPalette::HighlightedText, t.accentText);
    palette.setColor(QPalette::Link, t.accentText);
    palette.setColor(QPalette::ToolTipBase, t.raised);
    palette.setColor(QPalette::ToolTipText, t.text);
    palette.setColor(QPalette::Light, t.surface);
    palette.setColor(QPalette::Midlight, t.raised);
    palette.setColor(QPalette::Mid, t.line);
    palette.setColor(QPalette::Dark, t.line.darker(120));
    palette.setColor(QPalette::Shadow, t.line.darker(150));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, t.muted);
    }
    return palette;
}

QString styleSheetOf(const Tokens& t) {
    // Names in braces stand for tokens, so that the sheet reads like one.
    QString sheet = QStringLiteral(R"(
QMainWindow, QDialog { background: {background}; }
QMainWindow::separator { background: {line}; width: 1px; height: 1px; }
QToolTip { background: {raised}; color: {text}; border: 1px solid {line}; padding: 4px; }

QMenuBar { background: {surface}; color: {text}; padding: 2px 8px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: {raised}; }
QMenu { background: {surface}; border: 1px solid {line}; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: {accentSoft}; color: {accentText}; }
QMenu::item:disabled { color: {muted}; }
QMenu::separator { height: 1px; background: {line}; margin: 4px 8px; }

QToolBar { background: {surface}; border: none; border-bottom: 1px solid {line}; spacing: 0; padding: 0; }
QDockWidget { border: none; }
QStatusBar { background: {surface}; border-top: 1px solid {line}; color: {muted}; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: {muted}; font-size: 12px; }

[role="surface"] { background: {surface}; }
[role="rail"] { background: {surface}; border-right: 1px solid {line}; }
[role="background"] { background: {background}; }
QFrame[role="card"] { background: {surface}; border: 1px solid {line}; border-radius: 8px; }
QFrame[role="code"] { background: {raised}; border: 1px solid {line}; border-radius: 8px; }
QFrame[role="rule"] { background: {line}; border: none; max-height: 1px; min-height: 1px; }
QLabel { background: transparent; }
QLabel[role="muted"] { color: {muted}; }
QLabel[role="small"] { color: {muted}; font-size: 12px; }
QLabel[role="section"] { font-weight: 600; }
QLabel[role="heading"] { font-size: 16px; font-weight: 600; }
QLabel[role="number"] { font-size: 22px; font-weight: 600; }
QLabel[role="error"] { color: {bad}; }
QLabel[role="toast"] { background: {surface}; color: {text}; border: 1px solid {line}; border-left: 3px solid {bad};
    border-radius: 6px; padding: 8px 12px; font-size: 12px; }
QLabel[changed="true"] { color: {text}; font-weight: 600; }

QPushButton { background: {surface}; color: {text}; border: 1px solid {line}; border-radius: 6px; padding: 5px 14px; min-height: 18px; }
QPushButton:hover { background: {raised}; }
QPushButton:pressed { background: {line}; }
QPushButton:focus { border-color: {accent}; }
QPushButton:disabled { color: {muted}; background: {raised}; }
QPushButton[role="primary"] { background: {accentText}; color: {onAccent}; border: 1px solid {accentText}; font-weight: 600; }
QPushButton[role="primary"]:hover { background: {accent}; border-color: {accent}; }
QPushButton[role="primary"]:focus { border-color: {text}; }
QPushButton[role="primary"]:disabled { background: {raised}; color: {muted}; border-color: {line}; }
QPushButton[role="chip"] { background: {raised}; color: {muted}; border-radius: 13px; padding: 3px 12px; font-size: 12px; }
QPushButton[role="chip"]::menu-indicator { image: none; }
QPushButton[role="chip"]:focus { border-color: {accent}; }
QPushButton[role="palette"] { background: {raised}; text-align: left; padding: 3px 8px; }
QPushButton[role="palette"]:hover { border-color: {accent}; }
QPushButton[role="link"] { background: transparent; border: 1px solid transparent; color: {accentText}; padding: 2px 4px; text-align: left; }
QPushButton[role="link"]:focus { border: 1px solid {accent}; }
QPushButton[role="link"]:hover { background: {accentSoft}; }
QPushButton[role="link"]:disabled { color: {muted}; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; color: {text}; }
QToolButton:hover { background: {raised}; border-color: {line}; }
QToolButton:pressed { background: {line}; }
QToolButton:focus { border-color: {accent}; }
QToolButton[role="fold"] { color: {muted}; padding: 2px 4px 2px 0; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit[role="field"] {
    background: {raised}; color: {text}; border: 1px solid {line}; border-radius: 6px; padding: 3px 8px; min-height: 20px;
    selection-background-color: {accentText}; selection-color: {onAccent}; }
QAbstractSpinBox { padding: 3px 4px; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QComboBox:on { border-color: {accent}; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: {muted}; }
[invalid="true"] { border-color: {bad}; color: {bad}; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(:/icons/chevron-down.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: {surface}; border: 1px solid {line}; padding: 4px; outline: none;
    selection-background-color: {accentSoft}; selection-color: {accentText}; }
QComboBox QAbstractItemView::item { min-height: 24px; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 14px; height: 14px; background: {raised}; border: 1px solid {muted}; border-radius: 4px; }
QCheckBox::indicator:focus, QCheckBox::indicator:hover { border-color: {accent}; }
QCheckBox::indicator:checked { background: {accentText}; border-color: {accentText}; image: url(:/icons/tick.svg); }
QCheckBox::indicator:disabled { background: {background}; border-color: {line}; }
QCheckBox::indicator:checked:disabled { background: {muted}; border-color: {muted}; }

QTabBar { background: transparent; border: none; }
QTabBar::tab { background: transparent; color: {muted}; padding: 4px 0 7px 0; margin-right: 18px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: {text}; }
QTabBar::tab:selected { color: {text}; font-weight: 600; border-bottom-color: {accent}; }
QTabBar::tab:focus { color: {accentText}; }

QProgressBar { background: {line}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: {accent}; border-radius: 3px; }
QSlider::groove:horizontal { background: {line}; height: 4px; border-radius: 2px; }
QSlider::handle:horizontal { background: {surface}; border: 1px solid {muted}; width: 12px; margin: -5px 0; border-radius: 7px; }
QSlider::handle:horizontal:focus { border-color: {accent}; }

QAbstractItemView { background: transparent; border: none; outline: none; }
QPlainTextEdit { background: {surface}; border: none; color: {text}; padding: 4px; }
QTableView::indicator { width: 14px; height: 14px; border: 1px solid {muted}; border-radius: 3px; background: {raised}; }
QTableView::indicator:checked { border-color: {accentText}; background: {accentText}; image: url(:/icons/tick.svg); }
QTableView { background: {surface}; border: 1px solid {line}; border-radius: 8px; }
QHeaderView { background: {surface}; color: {muted}; border: none; }
QScrollArea, QScrollArea > QWidget > QWidget[role="surface"] { border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle { background: {scroll}; border-radius: 3px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: {muted}; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
)");
    QColor scroll = t.muted;
    scroll.setAlpha(90);
    const std::pair<const char*, QColor> names[] = {
        {"{background}", t.background},
        {"{surface}", t.surface},
        {"{raised}", t.raised},
        {"{line}", t.line},
        {"{text}", t.text},
        {"{muted}", t.muted},
        {"{accent}", t.accent},
        {"{accentSoft}", t.accentSoft},
        {"{accentText}", t.accentText},
        {"{onAccent}", t.onAccent},
        {"{good}", t.good},
        {"{warn}", t.warn},
        {"{bad}", t.bad},
        {"{scroll}", scroll},
    };
    for (const auto& [name, color] : names) {
        sheet.replace(QLatin1String(name), color.alpha() == 255 ? color.name()
                                                                : QStringLiteral("rgba(%1,%2,%3,%4)")
                                                                      .arg(color.red())
                                                                      .arg(color.green())
                                                                      .arg(color.blue())
                                                                      .arg(color.alpha()));
    }
    return sheet;
}

QFont sized(int pixels, QFont::Weight weight) {
    QFont font = QApplication::font();
    font.setPixelSize(pixels);
    font.setWeight(weight);
    return font;
}

Theme& Theme::instance() {
    static Theme theme;
    return theme;
}

namespace {

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

}  // namespace

void Theme::install(ThemeMode mode) {
    linkResources();
    m_systemDark = isDark(QApplication::palette());
    QApplication::setStyle(new FlatStyle);
    QFont font = QApplication::font();
    if (QFontDatabase::hasFamily(QStringLiteral("Inter"))) font.setFamily(QStringLiteral("Inter"));
    font.setPixelSize(text_size::normal);
    QApplication::setFont(font);
    qApp->installEventFilter(this);
    m_mode = mode;
    apply();
}

void Theme::setMode(ThemeMode mode) {
    if (mode == m_mode) return;
    m_mode = mode;
    apply();
}

void Theme::apply() {
    const bool dark = m_mode == ThemeMode::dark || (m_mode == ThemeMode::system && m_systemDark);
    m_tokens = dark ? &darkTokens() : &lightTokens();
    QApplication::setPalette(paletteOf(*m_tokens));
    qApp->setStyleSheet(styleSheetOf(*m_tokens));
    emit changed();
}

bool Theme::eventFilter(QObject* watched, QEvent* event) {
    if (watched == qApp && event->type() == QEvent::ThemeChange) {
        const bool dark = isDark(QApplication::style()->standardPalette());
        if (dark != m_systemDark) {
            m_systemDark = dark;
            if (m_mode == ThemeMode::system) apply();
        }
    }
    return QObject::eventFilter(watched, event);
}

}  // namespace lemnos
