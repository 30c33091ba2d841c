// TransformList: an ordered list of image transforms that the user puts together, with the settings of each.
#pragma once

#include <QWidget>
#include <vector>

#include "model/transforms/transform.h"

class QLabel;
class QListWidget;
class QPushButton;
class QToolButton;

namespace lemnos {

class ParamEditor;

/// Named after what it is for: "preprocessList", "augmentList", and buttons as "augmentAdd", "augmentUp",
/// "augmentDown", "augmentRemove".
class TransformList : public QWidget {
    Q_OBJECT

  public:
    explicit TransformList(TransformUse use, QWidget* parent = nullptr);

    const std::vector<TransformSpec>& specs() const { return m_specs; }
    /// Shows another list without saying so.
    void setSpecs(const std::vector<TransformSpec>& specs);

  signals:
    /// `what` was done, in the user's language. Changes with the same mergeKey, when not empty, are of one setting.
    void changed(const QString& what, const QString& mergeKey = {});

  private:
    QString named(const char* what) const;
    QToolButton* makeTool(const char* what, const char* iconName, const QString& text, const QString& tip);
    void fillMenu();
    void add(const TransformType& type);
    void move(int by);
    void remove();
    void fillList(int selected);
    void showSelected();
    void updateRow(int row);
    int row() const;

    const TransformUse m_use;
    std::vector<TransformSpec> m_specs;
    QPushButton* m_add;
    QListWidget* m_list;
    QLabel* m_none;
    QToolButton *m_up, *m_down, *m_remove;
    QLabel* m_summary;
    ParamEditor* m_params;
};

}  // namespace lemnos
