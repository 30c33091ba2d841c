// ParamEditor: fields for any list of Params. Every settings panel of the window is one of these.
#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "model/param.h"
#include "model/phrase.h"

class QGridLayout;
class QLabel;
class QSlider;
class QToolButton;

namespace lemnos {

/// One row per Param: label, field, and a button back to the default where the value differs from it. Advanced settings
/// are folded away at first. Fields are named "param_KEY", reset buttons "reset_KEY".
class ParamEditor : public QWidget {
    Q_OBJECT

  public:
    explicit ParamEditor(QWidget* parent = nullptr);

    /// Whether numbers with a range have a slider as well, named "slider_KEY". For editors whose effect is seen at
    /// once.
    void setSliders(bool sliders) { m_sliders = sliders; }
    /// Makes the rows. `values` must hold one value of the right type per Param (resolveParams()).
    void setParams(std::vector<Param> params, const ParamMap& values);
    /// Shows other values without saying so; a field that shows its value already is left as it is, caret and all.
    void setValues(const ParamMap& values);
    const ParamMap& values() const { return m_values; }
    /// Whether a value makes a difference beside the others; the user can't change one that makes none. Until the next
    /// setParams().
    void setUsed(const std::string& key, bool used);
    bool isAdvancedShown() const { return m_advancedShown; }

  signals:
    /// The user changed something; all values, the new one among them.
    void changed(const lemnos::ParamMap& values);
    /// The same, saying which.
    void edited(const QString& key);

  private:
    struct Row {
        Param param;
        QWidget* field = nullptr;
        QLabel* label = nullptr;
        QToolButton* reset = nullptr;
        QSlider* slider = nullptr;
        std::function<void(const ParamValue&)> show;
    };
    Row makeRow(const Param& param);
    void placeRows(QGridLayout* grid, bool advanced);
    QToolButton* makeFold();
    void makeField(Row& row);
    void makeSlider(Row& row);
    void set(const std::string& key, const ParamValue& value);
    void markChanged(const Row& row);
    void showAdvanced(bool show);
    void updateFoldText();

    std::vector<Row> m_rows;
    ParamMap m_values;
    QToolButton* m_fold = nullptr;
    QWidget* m_advanced = nullptr;
    bool m_advancedShown = false;
    bool m_sliders = false;
};

/// A text of model/ in the user's language.
QString translated(const std::string& text);
/// The whole sentence in the language of the window.
QString translated(const Phrase& phrase);

}  // namespace lemnos
