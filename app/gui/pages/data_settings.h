// DataSettings: the inspector of the Data page: the split, and the size and colour pictures are trained at.
#pragma once

#include <QWidget>
#include <optional>

#include "app/gui/project.h"

class QComboBox;
class QLabel;

namespace lemnos {

class SplitBar;

class DataSettings : public QWidget {
    Q_OBJECT

  public:
    explicit DataSettings(Project& project, QWidget* parent = nullptr);

  private:
    void refresh();
    void readSize();

    Project& m_project;
    SplitBar* m_bar;
    QLabel* m_split;
    QComboBox* m_size;
    QLabel* m_sizeError;
    QComboBox* m_channels;
    QLabel* m_result;
};

/// A size as typed: "96", "96x64", "96 × 64", with "auto" as 0 x 0; nothing for anything else.
std::optional<QSize> parseSize(const QString& text);

}  // namespace lemnos
