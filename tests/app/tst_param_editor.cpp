// ParamEditor and NumberField: fields made from descriptions.
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest>

#include "app/gui/theme.h"
#include "app/gui/widgets/number_field.h"
#include "app/gui/widgets/param_editor.h"

using namespace lemnos;

namespace {

const std::vector<Param> params = {
    {.key = "count",
     .label = "Count",
     .help = "How many.",
     .defaultValue = std::int64_t{32},
     .minimum = 1,
     .maximum = 9e15},
    {.key = "rate",
     .label = "Rate",
     .help = "How fast.",
     .defaultValue = 0.001,
     .minimum = 0,
     .maximum = 1000,
     .unit = "per step"},
    {.key = "share", .label = "Share", .help = "Which part.", .defaultValue = 0.25, .minimum = 0, .maximum = 1},
    {.key = "mode",
     .label = "Mode",
     .help = "Which way.",
     .defaultValue = std::string("fast"),
     .choices = {"fast", "good"}},
    {.key = "note", .label = "Note", .help = "Any text.", .defaultValue = std::string("hello")},
    {.key = "flag", .label = "Flag", .help = "Yes or no.", .defaultValue = true, .advanced = true},
    {.key = "epsilon", .label = "Epsilon", .help = "Small.", .defaultValue = 1e-8, .minimum = 0, .advanced = true},
};

ParamMap defaults() {
    ParamMap values;
    for (const Param& param : params) values.emplace(param.key, param.defaultValue);
    return values;
}

}  // namespace

class TstParamEditor : public QObject {
    Q_OBJECT

    template <class T>
    T* field(const char* name) {
        T* found = m_editor->findChild<T*>(QLatin1String(name));
        if (!found) qFatal("no field %s", name);
        return found;
    }

    void type(NumberField* number, const QString& text) {
        number->setFocus();
        number->selectAll();
        QTest::keyClicks(number, text);
    }

    std::unique_ptr<ParamEditor> m_editor;
    QLineEdit* m_elsewhere = nullptr;

  private slots:
    void initTestCase() { Theme::instance().install(ThemeMode::light); }

    void init() {
        m_editor = std::make_unique<ParamEditor>();
        m_editor->setParams(params, defaults());
        m_elsewhere = new QLineEdit(m_editor.get());
        m_editor->layout()->addWidget(m_elsewhere);
        m_editor->show();
        m_editor->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_editor.get()));
    }

    void everyKindOfParamGetsItsField() {
        QCOMPARE(field<NumberField>("param_count")->text(), QString("32"));
        QCOMPARE(field<NumberField>("param_rate")->text(), QString("0.001"));
        QCOMPARE(field<QComboBox>("param_mode")->currentData().toString(), QString("fast"));
        QCOMPARE(field<QLineEdit>("param_note")->text(), QString("hello"));
        QVERIFY(field<QCheckBox>("param_flag")->isChecked());
    }

    void everyFieldHasNameHelpAndLabel() {
        for (const Param& param : params) {
            const QByteArray name = "param_" + QByteArray::fromStdString(param.key);
            auto* widget = field<QWidget>(name.constData());
            QCOMPARE(widget->accessibleName(), QString::fromStdString(param.label));
            QCOMPARE(widget->toolTip(), QString::fromStdString(param.help));
        }
        const QList<QLabel*> labels = m_editor->findChildren<QLabel*>();
        QVERIFY(
            std::any_of(labels.begin(), labels.end(), [](QLabel* label) { return label->text() == "Rate, per step"; }));
    }

    void typingTellsEveryValidValue() {
        QSignalSpy changed(m_editor.get(), &ParamEditor::changed);
        type(field<NumberField>("param_count"), "128");
        QCOMPARE(intParam(m_editor->values(), "count"), 128);
        QCOMPARE(changed.count(), 3);  // 1, 12, 128
    }

    void largeIntegersAndSmallRealsAreKeptExactly() {
        type(field<NumberField>("param_count"), "9007199254740");
        QCOMPARE(intParam(m_editor->values(), "count"), std::int64_t{9007199254740});
        m_editor->findChild<QToolButton*>("advanced")->click();
        type(field<NumberField>("param_epsilon"), "3e-12");
        QCOMPARE(realParam(m_editor->values(), "epsilon"), 3e-12);
        m_elsewhere->setFocus();
        QCOMPARE(field<NumberField>("param_epsilon")->text(), QString("3e-12"));
    }

    void whatCanNotBeUsedIsMarkedAndUndoneWhenTheFieldIsLeft() {
        auto* number = field<NumberField>("param_share");
        QSignalSpy changed(m_editor.get(), &ParamEditor::changed);
        type(number, "7");
        QVERIFY(number->property("invalid").toBool());
        QCOMPARE(realParam(m_editor->values(), "share"), 0.25);
        QCOMPARE(changed.count(), 0);
        m_elsewhere->setFocus();
        QCOMPARE(number->text(), QString("0.25"));
        QVERIFY(!number->property("invalid").toBool());
    }

    void nonsenseDoesNotChangeTheValue() {
        type(field<NumberField>("param_count"), "abc");
        QCOMPARE(intParam(m_editor->values(), "count"), 32);
    }

    void arrowsStepByOneOrToTheNextRoundNumber() {
        auto* count = field<NumberField>("param_count");
        count->setFocus();
        QTest::keyClick(count, Qt::Key_Up);
        QCOMPARE(intParam(m_editor->values(), "count"), 33);
        auto* rate = field<NumberField>("param_rate");
        rate->setFocus();
        QTest::keyClick(rate, Qt::Key_Up);
        QCOMPARE(realParam(m_editor->values(), "rate"), 0.002);
        QTest::keyClick(rate, Qt::Key_Up);
        QCOMPARE(realParam(m_editor->values(), "rate"), 0.005);
        for (int i = 0; i < 3; ++i) QTest::keyClick(rate, Qt::Key_Down);
        QCOMPARE(realParam(m_editor->values(), "rate"), 0.0005);
    }

    void stepsStayInRangeAndShort() {
        auto* share = field<NumberField>("param_share");
        share->setFocus();
        for (int i = 0; i < 40; ++i) QTest::keyClick(share, Qt::Key_Up);
        QCOMPARE(realParam(m_editor->values(), "share"), 1.0);
        for (int i = 0; i < 14; ++i) QTest::keyClick(share, Qt::Key_Down);
        QCOMPARE(share->text(), QString("0.3"));
        for (int i = 0; i < 40; ++i) QTest::keyClick(share, Qt::Key_Down);
        QCOMPARE(realParam(m_editor->values(), "share"), 0.0);
        QTest::keyClick(share, Qt::Key_Up);
        QCOMPARE(realParam(m_editor->values(), "share"), 0.05);
    }

    void choosingAndTickingTell() {
        QSignalSpy edited(m_editor.get(), &ParamEditor::edited);
        auto* mode = field<QComboBox>("param_mode");
        mode->setFocus();
        QTest::keyClick(mode, Qt::Key_Down);
        QCOMPARE(textParam(m_editor->values(), "mode"), std::string("good"));
        m_editor->findChild<QToolButton*>("advanced")->click();
        field<QCheckBox>("param_flag")->click();
        QCOMPARE(boolParam(m_editor->values(), "flag"), false);
        QCOMPARE(edited.count(), 2);
        QCOMPARE(edited.last().first().toString(), QString("flag"));
    }

    void changedValuesAreMarkedAndCanBeReset() {
        auto* reset = field<QToolButton>("reset_count");
        QVERIFY(reset->isHidden());
        type(field<NumberField>("param_count"), "64");
        QVERIFY(!reset->isHidden());
        QSignalSpy changed(m_editor.get(), &ParamEditor::changed);
        QTest::mouseClick(reset, Qt::LeftButton);
        QCOMPARE(intParam(m_editor->values(), "count"), 32);
        QCOMPARE(field<NumberField>("param_count")->text(), QString("32"));
        QVERIFY(reset->isHidden());
        QCOMPARE(changed.count(), 1);
    }

    void advancedIsFoldedAndCountsWhatIsChanged() {
        auto* fold = field<QToolButton>("advanced");
        QVERIFY(!field<QCheckBox>("param_flag")->isVisible());
        fold->click();
        QVERIFY(field<QCheckBox>("param_flag")->isVisible());
        const QString before = fold->text();
        field<QCheckBox>("param_flag")->click();
        QVERIFY(fold->text() != before);
        QVERIFY(fold->text().contains('1'));
        fold->click();
        QVERIFY(!field<QCheckBox>("param_flag")->isVisible());
    }

    void settingValuesSaysNothing() {
        QSignalSpy changed(m_editor.get(), &ParamEditor::changed);
        ParamMap values = defaults();
        values["count"] = std::int64_t{7};
        values["mode"] = std::string("good");
        values["note"] = std::string("你好");
        values["flag"] = false;
        m_editor->setValues(values);
        QCOMPARE(changed.count(), 0);
        QCOMPARE(field<NumberField>("param_count")->text(), QString("7"));
        QCOMPARE(field<QComboBox>("param_mode")->currentData().toString(), QString("good"));
        QCOMPARE(field<QLineEdit>("param_note")->text(), QStringLiteral("你好"));
        QVERIFY(!field<QCheckBox>("param_flag")->isChecked());
    }

    void theWheelChangesOnlyWhatHasTheFocus() {
        auto* count = field<NumberField>("param_count");
        m_elsewhere->setFocus();
        QWheelEvent wheel(QPointF(5, 5), count->mapToGlobal(QPointF(5, 5)), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(count, &wheel);
        QCOMPARE(intParam(m_editor->values(), "count"), 32);
    }
};

QTEST_MAIN(TstParamEditor)
#include "tst_param_editor.moc"
