// ParamEditor: from descriptions to fields.
#include "app/gui/widgets/param_editor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "app/gui/icons.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/number_field.h"
#include "app/gui/widgets/parts.h"

namespace lemnos {

namespace {

constexpr int fieldWidth = 116;
constexpr int resetSize = 20;

}  // namespace

QString translated(const std::string& text) {
    return QCoreApplication::translate("Param", text.c_str());
}

QString translated(const Phrase& phrase) {
    return QString::fromStdString(
        worded(phrase, [](const std::string& text) { return translated(text).toStdString(); }));
}

ParamEditor::ParamEditor(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
}

void ParamEditor::setParams(std::vector<Param> params, const ParamMap& values) {
    qDeleteAll(findChildren<QWidget*>(Qt::FindDirectChildrenOnly));
    while (QLayoutItem* item = layout()->takeAt(0)) delete item;
    m_rows.clear();
    m_values = values;
    m_fold = nullptr;
    m_advanced = nullptr;

    bool anyAdvanced = false;
    for (const Param& param : params) {
        m_rows.push_back(makeRow(param));
        anyAdvanced = anyAdvanced || param.advanced;
    }
    auto* basic = new QWidget(this);
    placeRows(new QGridLayout(basic), false);
    layout()->addWidget(basic);
    if (anyAdvanced) {
        m_fold = makeFold();
        layout()->addWidget(m_fold);
        m_advanced = new QWidget(this);
        placeRows(new QGridLayout(m_advanced), true);
        layout()->addWidget(m_advanced);
        showAdvanced(m_advancedShown);
    }
    for (const Row& row : m_rows) {
        row.show(m_values.at(row.param.key));
        markChanged(row);
    }
}

ParamEditor::Row ParamEditor::makeRow(const Param& param) {
    Row row{.param = param};
    makeField(row);
    const QString key = QString::fromStdString(param.key);
    const QString label = translated(param.label);
    const QString help = translated(param.help);
    row.field->setObjectName(QStringLiteral("param_") + key);
    row.field->setAccessibleName(label);
    row.field->setAccessibleDescription(help);
    row.field->setToolTip(help);
    if (m_sliders) makeSlider(row);
    row.label = new QLabel(label);
    row.label->setProperty("role", "muted");
    row.label->setToolTip(help);
    row.label->setBuddy(row.field);

    row.reset = new QToolButton;
    row.reset->setObjectName(QStringLiteral("reset_") + key);
    row.reset->setIcon(icon(QStringLiteral("reset")));
    row.reset->setIconSize({14, 14});
    row.reset->setFixedSize(resetSize, resetSize);
    row.reset->setStyleSheet(QStringLiteral("padding: 0"));
    const QString resetText = tr("Back to %1").arg(QString::fromStdString(toString(param.defaultValue)));
    row.reset->setToolTip(resetText);
    row.reset->setAccessibleName(tr("%1: %2").arg(label, resetText));
    QSizePolicy policy = row.reset->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    row.reset->setSizePolicy(policy);
    connect(row.reset, &QToolButton::clicked, this, [this, show = row.show, param] {
        show(param.defaultValue);
        set(param.key, param.defaultValue);
    });
    return row;
}

void ParamEditor::makeField(Row& row) {
    const Param& param = row.param;
    const std::string key = param.key;
    if (std::holds_alternative<bool>(param.defaultValue)) {
        auto* box = new QCheckBox;
        row.show = [box](const ParamValue& value) {
            const QSignalBlocker quiet(box);
            box->setChecked(std::get<bool>(value));
        };
        connect(box, &QCheckBox::toggled, this, [this, key](bool on) { set(key, on); });
        row.field = box;
    } else if (std::holds_alternative<std::string>(param.defaultValue) && !param.choices.empty()) {
        auto* combo = new QComboBox;
        combo->setMinimumContentsLength(6);
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        combo->setFocusPolicy(Qt::StrongFocus);
        for (const std::string& choice : param.choices)
            combo->addItem(translated(choice), QString::fromStdString(choice));
        row.show = [combo](const ParamValue& value) {
            const QSignalBlocker quiet(combo);
            combo->setCurrentIndex(combo->findData(QString::fromStdString(std::get<std::string>(value))));
        };
        connect(combo, &QComboBox::currentIndexChanged, this,
                [this, key, combo] { set(key, combo->currentData().toString().toStdString()); });
        row.field = combo;
    } else if (std::holds_alternative<std::string>(param.defaultValue)) {
        auto* line = new QLineEdit;
        row.show = [line](const ParamValue& value) {
            const QString text = QString::fromStdString(std::get<std::string>(value));
            if (line->text() != text) line->setText(text);
        };
        connect(line, &QLineEdit::textEdited, this, [this, key](const QString& text) { set(key, text.toStdString()); });
        row.field = line;
    } else {
        auto* number = new NumberField(param);
        row.show = [number](const ParamValue& value) { number->setValue(value); };
        connect(number, &NumberField::valueChanged, this, [this, key](const ParamValue& value) { set(key, value); });
        row.field = number;
    }
}

/// Moves along the range in a thousand steps, or one for each whole number.
void ParamEditor::makeSlider(Row& row) {
    const Param& param = row.param;
    const bool whole = std::holds_alternative<std::int64_t>(param.defaultValue);
    const double span = param.maximum - param.minimum;
    if ((!whole && !std::holds_alternative<double>(param.defaultValue)) || !std::isfinite(span) || span <= 0) return;
    constexpr int fineSteps = 1000;
    const int steps = whole ? int(std::min(span, double(fineSteps))) : fineSteps;
    auto* slider = row.slider = new QSlider(Qt::Horizontal);
    slider->setRange(0, steps);
    slider->setPageStep(std::max(1, steps / 10));
    slider->setObjectName(QStringLiteral("slider_") + QString::fromStdString(param.key));
    slider->setAccessibleName(row.field->accessibleName());
    slider->setToolTip(row.field->toolTip());
    const auto number = [](const ParamValue& value) {
        const auto* integer = std::get_if<std::int64_t>(&value);
        return integer ? double(*integer) : std::get<double>(value);
    };
    row.show = [slider, number, steps, span, low = param.minimum, field = row.show](const ParamValue& value) {
        field(value);
        const QSignalBlocker quiet(slider);
        slider->setValue(int(std::lround((number(value) - low) / span * steps)));
    };
    connect(slider, &QSlider::valueChanged, this, [this, whole, steps, span, row](int at) {
        // As many digits as a slider can tell apart, and no more.
        const double fine = row.param.minimum + span * at / steps;
        const double digits = std::pow(10, 3 - std::floor(std::log10(span)));
        const double value = std::clamp(std::round(fine * digits) / digits, row.param.minimum, row.param.maximum);
        const ParamValue chosen = whole ? ParamValue(std::int64_t(std::lround(fine))) : ParamValue(value);
        static_cast<NumberField*>(row.field)->setValue(chosen);
        set(row.param.key, chosen);
    });
}

void ParamEditor::placeRows(QGridLayout* grid, bool advanced) {
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(4);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(0, 1);
    grid->setColumnMinimumWidth(1, fieldWidth);
    int line = 0;
    for (const Row& row : m_rows) {
        if (row.param.advanced != advanced) continue;
        grid->addWidget(row.label, line, 0);
        // The unit stands with the label, so that all fields are equally wide.
        if (!row.param.unit.empty())
            row.label->setText(tr("%1, %2").arg(row.label->text(), translated(row.param.unit)));
        // A label that becomes bold needs no more room than it had.
        row.label->setMinimumWidth(
            QFontMetrics(sized(text_size::normal, QFont::DemiBold)).horizontalAdvance(row.label->text()));
        row.field->setFixedWidth(fieldWidth);
        grid->addWidget(row.field, line, 1);
        grid->addWidget(row.reset, line, 2);
        ++line;
        if (row.slider) grid->addWidget(row.slider, line++, 0, 1, 2);
    }
}

QToolButton* ParamEditor::makeFold() {
    auto* fold = new QToolButton;
    fold->setObjectName(QStringLiteral("advanced"));
    fold->setProperty("role", "fold");
    fold->setToolTip(tr("Settings that are rarely changed"));
    fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connect(fold, &QToolButton::clicked, this, [this] { showAdvanced(!m_advancedShown); });
    return fold;
}

void ParamEditor::showAdvanced(bool show) {
    m_advancedShown = show;
    m_advanced->setVisible(show);
    m_fold->setArrowType(show ? Qt::DownArrow : Qt::RightArrow);
    updateFoldText();
}

void ParamEditor::updateFoldText() {
    if (!m_fold) return;
    int count = 0;
    for (const Row& row : m_rows) {
        count += row.param.advanced && m_values.at(row.param.key) != row.param.defaultValue ? 1 : 0;
    }
    const QString text = count ? tr("Advanced (%n changed)", nullptr, count) : tr("Advanced");
    m_fold->setText(text);
    m_fold->setAccessibleName(text);
}

void ParamEditor::setValues(const ParamMap& values) {
    m_values = values;
    for (const Row& row : m_rows) {
        row.show(m_values.at(row.param.key));
        markChanged(row);
    }
    updateFoldText();
}

void ParamEditor::setUsed(const std::string& key, bool used) {
    for (const Row& row : m_rows) {
        if (row.param.key == key) row.field->setEnabled(used);
    }
}

void ParamEditor::set(const std::string& key, const ParamValue& value) {
    if (m_values.at(key) == value) return;
    m_values[key] = value;
    for (const Row& row : m_rows) {
        if (row.param.key == key) markChanged(row);
    }
    updateFoldText();
    for (const Row& row : m_rows) {
        if (row.slider && row.param.key == key && !row.slider->isSliderDown()) row.show(value);
    }
    emit edited(QString::fromStdString(key));
    emit changed(m_values);
}

void ParamEditor::markChanged(const Row& row) {
    const bool differs = m_values.at(row.param.key) != row.param.defaultValue;
    row.reset->setVisible(differs);
    setStyled(*row.label, "changed", differs);
}

}  // namespace lemnos
