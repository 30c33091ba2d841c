// BalanceTab: how even the classes are, and what follows from it.
#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;

namespace lemnos {

class BalanceChart;
class Project;

class BalanceTab : public QWidget {
    Q_OBJECT

  public:
    explicit BalanceTab(Project& project, QWidget* parent = nullptr);

  signals:
    void classChosen(int label);

  private:
    void showDataset();

    Project& m_project;
    QLabel* m_summary;
    QCheckBox* m_logarithmic;
    BalanceChart* m_chart;
};

}  // namespace lemnos
