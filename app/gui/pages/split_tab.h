// SplitTab: how the pictures are dealt out, and what came of it for each class.
#pragma once

#include <QWidget>

#include "app/gui/project.h"

class QBoxLayout;
class QLabel;
class QScrollArea;

namespace lemnos {

class ParamEditor;
class SplitBar;
class SplitModel;

class SplitTab : public QWidget {
    Q_OBJECT

  public:
    explicit SplitTab(Project& project, QWidget* parent = nullptr);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void showDataset();
    void showSettings();
    void apply(const ParamMap& values);
    void enableWhatMatters();

    Project& m_project;
    QBoxLayout* m_layout;
    QScrollArea* m_scroll;
    ParamEditor* m_editor;
    SplitBar* m_bar;
    SplitModel* m_model;
    QLabel* m_summary;
    QLabel* m_error;
};

}  // namespace lemnos
