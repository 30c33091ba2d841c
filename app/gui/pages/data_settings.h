// DataSettings: the inspector of the Data page: the split, the size and colour pictures are trained at, and what is
// done to them, with a preview.
#pragma once

#include <QSize>
#include <QWidget>
#include <optional>

#include "app/gui/project.h"

class QComboBox;
class QLabel;

namespace lemnos {

class SplitBar;
class TransformList;
class TransformPreview;

class DataSettings : public QWidget {
    Q_OBJECT

  public:
    explicit DataSettings(Project& project, QWidget* parent = nullptr);

  private:
    void refresh();
    void readSize();
    void showWishes();
    QWidget* makePreview();
    /// What is done to the pictures, as far as it can be seen.
    Preprocess previewed() const;
    void refreshPreview();
    void showAnotherPicture();

    Project& m_project;
    SplitBar* m_bar;
    QLabel* m_split;
    QComboBox* m_size;
    QSize m_shownSize{0, 0};
    QLabel* m_sizeError;
    QComboBox* m_channels;
    QLabel* m_result;
    QWidget* m_previewBox;
    TransformPreview* m_preview;
    QLabel* m_previewName;
    TransformList* m_preprocess;
    TransformList* m_augment;
    std::uint32_t m_previewed = 0;  ///< how many pictures the preview has moved on
};

/// A size as typed: "96", "96x64", "96 × 64", with "auto" as 0 x 0; nothing for anything else.
std::optional<QSize> parseSize(const QString& text);

}  // namespace lemnos
