// JsonTab: the network as JSON, to be read, copied and changed; checked while it is typed.
#pragma once

#include <QPlainTextEdit>
#include <QTimer>
#include <optional>

#include "app/gui/project.h"

class QLabel;
class QPushButton;

namespace lemnos {

class JsonTab : public QWidget {
    Q_OBJECT

  public:
    explicit JsonTab(Project& project, QWidget* parent = nullptr);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void load();
    void check();
    void apply();
    void markLine(int line);
    int lineOf(const std::string& layer) const;

    Project& m_project;
    QPlainTextEdit* m_text;
    QLabel* m_state;
    QPushButton *m_apply, *m_revert;
    QTimer m_pause;                 ///< checks when nothing was typed for a moment
    std::optional<Graph> m_parsed;  ///< what the text says, where it says a network
    bool m_isChanged = false;       ///< by typing, since it was loaded
};

}  // namespace lemnos
