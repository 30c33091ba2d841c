// Param: defaults, checks and messages, and reading what a person types.
#include <QTest>
#include <nlohmann/json.hpp>

#include "model/param.h"

using namespace lemnos;
using nlohmann::json;

class TstParam : public QObject {
    Q_OBJECT

  private slots:
    void missingValuesBecomeDefaults();
    void jsonValuesTakeTheTypeOfTheDefault();
    void wrongValuesAreNamedWithWhatWouldBeRight_data();
    void wrongValuesAreNamedWithWhatWouldBeRight();
    void valuesOfAMapAreCheckedLikeJson();
    void theLimitsThemselvesAreAllowed();
    void typedTextIsRead_data();
    void typedTextIsRead();
    void typedNonsenseIsRefused_data();
    void typedNonsenseIsRefused();
    void everyValueSurvivesPrintingAndParsing();
    void jsonSurvivesTheRoundTrip();
};

namespace {

std::vector<Param> params() {
    return {
        {.key = "units",
         .label = "Units",
         .help = "",
         .defaultValue = std::int64_t{128},
         .minimum = 1,
         .maximum = 65536},
        {.key = "rate", .label = "Rate", .help = "", .defaultValue = 0.25, .minimum = 0, .maximum = 0.95, .unit = "s"},
        {.key = "bias", .label = "Bias", .help = "", .defaultValue = true},
        {.key = "kind", .label = "Kind", .help = "", .defaultValue = std::string("adam"), .choices = {"adam", "sgd"}},
        {.key = "note", .label = "Note", .help = "", .defaultValue = std::string()},
        {.key = "free", .label = "Free", .help = "", .defaultValue = 1.0},
    };
}

const Param& param(const std::string& key) {
    static const std::vector<Param> all = params();
    for (const Param& candidate : all) {
        if (candidate.key == key) return candidate;
    }
    qFatal("no such setting");
}

}  // namespace

void TstParam::missingValuesBecomeDefaults() {
    for (const json& given : {json::object(), json()}) {
        const auto values = resolveParams(params(), given, "dense 'a'");
        QVERIFY(values.ok());
        QCOMPARE(values->size(), params().size());
        QCOMPARE(intParam(*values, "units"), 128);
        QCOMPARE(realParam(*values, "rate"), 0.25);
        QCOMPARE(boolParam(*values, "bias"), true);
        QCOMPARE(textParam(*values, "kind"), std::string("adam"));
    }
}

void TstParam::jsonValuesTakeTheTypeOfTheDefault() {
    const auto values =
        resolveParams(params(), json::parse(R"({"units": 32.0, "rate": 0, "bias": false, "note": "x"})"), "");
    QVERIFY(values.ok());
    QCOMPARE(intParam(*values, "units"), 32);
    QCOMPARE(realParam(*values, "rate"), 0.0);
    QCOMPARE(boolParam(*values, "bias"), false);
    QCOMPARE(textParam(*values, "note"), std::string("x"));
}

void TstParam::wrongValuesAreNamedWithWhatWouldBeRight_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* text, const char* message) { QTest::newRow(text) << text << message; };
    row(R"({"units": 0})", "dense 'a': 'units' must be from 1 to 65536; it is 0.");
    row(R"({"units": 65537})", "dense 'a': 'units' must be from 1 to 65536; it is 65537.");
    row(R"({"units": 1.5})", "dense 'a': 'units' must be a whole number; it is 1.5.");
    row(R"({"units": 18446744073709551615})",
        "dense 'a': 'units' must be from 1 to 65536; it is 18446744073709551616.");
    row(R"({"units": true})", "dense 'a': 'units' must be a whole number; it is true.");
    row(R"({"units": "3"})", "dense 'a': 'units' must be a whole number; it is \"3\".");
    row(R"({"units": null})", "dense 'a': 'units' must be a whole number; it is a JSON null.");
    row(R"({"units": [1]})", "dense 'a': 'units' must be a whole number; it is a JSON array.");
    row(R"({"rate": 1})", "dense 'a': 'rate' must be from 0 s to 0.95 s; it is 1.");
    row(R"({"bias": 1})", "dense 'a': 'bias' must be true or false; it is 1.");
    row(R"({"kind": "lion"})", "dense 'a': 'kind' must be one of adam, sgd; it is \"lion\".");
    row(R"({"note": 5})", "dense 'a': 'note' must be a text; it is 5.");
    row(R"({"unit": 5})",
        "dense 'a': there is no setting \"unit\"; the settings are: units, rate, bias, kind, note, free.");
    row("[1]", "dense 'a': the settings must be a JSON object, like {\"key\": value}.");
}

void TstParam::wrongValuesAreNamedWithWhatWouldBeRight() {
    QFETCH(QString, text);
    QFETCH(QString, message);
    const auto values = resolveParams(params(), json::parse(text.toStdString()), "dense 'a'");
    QVERIFY(!values.ok());
    QCOMPARE(QString::fromStdString(values.error().message), message);
}

void TstParam::valuesOfAMapAreCheckedLikeJson() {
    const auto good = resolveParams(params(), ParamMap{{"units", 7.0}, {"rate", std::int64_t{0}}}, "x");
    QVERIFY(good.ok());
    QCOMPARE(intParam(*good, "units"), 7);
    QCOMPARE(realParam(*good, "rate"), 0.0);
    const double infinity = std::numeric_limits<double>::infinity();
    QVERIFY(!resolveParams(params(), ParamMap{{"free", infinity}}, "x").ok());
    QVERIFY(!resolveParams(params(), ParamMap{{"free", std::nan("")}}, "x").ok());
    QVERIFY(!resolveParams(params(), ParamMap{{"rate", std::nan("")}}, "x").ok());
    QVERIFY(!resolveParams(params(), ParamMap{{"units", infinity}}, "x").ok());
    QVERIFY(!resolveParams({}, ParamMap{{"units", 1.0}}, "x").ok());
}

void TstParam::theLimitsThemselvesAreAllowed() {
    QVERIFY(resolveParams(params(), json::parse(R"({"units": 1, "rate": 0.95})"), "").ok());
    QVERIFY(resolveParams(params(), json::parse(R"({"units": 65536, "rate": 0})"), "").ok());
}

void TstParam::typedTextIsRead_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("value");
    const auto row = [](const char* key, const char* text, const char* value) {
        QTest::addRow("%s=%s", key, text) << key << text << value;
    };
    row("units", "64", "64");
    row("units", " +64 ", "64");
    row("units", "1e3", "1000");
    row("rate", "0.5", "0.5");
    row("rate", "5e-1", "0.5");
    row("rate", "0", "0");
    row("free", "-12.75", "-12.75");
    row("bias", "no", "false");
    row("bias", "on", "true");
    row("kind", "sgd", "sgd");
    row("note", " keeps blanks ", " keeps blanks ");
}

void TstParam::typedTextIsRead() {
    QFETCH(QString, key);
    QFETCH(QString, text);
    QFETCH(QString, value);
    const Param& description = param(key.toStdString());
    const auto parsed = parseParam(description, text.toStdString());
    QVERIFY2(parsed.ok(), parsed.ok() ? "" : parsed.error().message.c_str());
    QCOMPARE(parsed->index(), description.defaultValue.index());
    QCOMPARE(QString::fromStdString(toString(*parsed)), value);
}

void TstParam::typedNonsenseIsRefused_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("text");
    for (const char* text : {"", " ", "x", "1x", "1.5", "0x10", "1e30", "99999999999999999999", "+-3", "--3", "nan"})
        QTest::addRow("units=%s", text) << "units" << text;
    for (const char* text : {"", "inf", "nan", "0,5", "1e999", "0.5.5", "2"})
        QTest::addRow("rate=%s", text) << "rate" << text;
    for (const char* text : {"", "maybe", "2"}) QTest::addRow("bias=%s", text) << "bias" << text;
    for (const char* text : {"", "Adam", "adam "}) QTest::addRow("kind=%s", text) << "kind" << text;
}

void TstParam::typedNonsenseIsRefused() {
    QFETCH(QString, key);
    QFETCH(QString, text);
    const auto parsed = parseParam(param(key.toStdString()), text.toStdString());
    QVERIFY(!parsed.ok());
    QVERIFY(parsed.error().message.find("'" + key.toStdString() + "'") != std::string::npos);
}

void TstParam::everyValueSurvivesPrintingAndParsing() {
    const Param real{.key = "r", .label = "", .help = "", .defaultValue = 0.0};
    QCOMPARE(toString(ParamValue(1e-4)), std::string("0.0001"));
    QCOMPARE(toString(ParamValue(1e5)), std::string("100000"));
    QCOMPARE(toString(ParamValue(1e-8)), std::string("1e-08"));
    for (const double value :
         {0.1, 1e-300, 1.7976931348623157e308, -2.5, 1.0 / 3, 5e-324, 100000.0, -1.0 / 70000, -999999999999999.9}) {
        const auto parsed = parseParam(real, toString(ParamValue(value)));
        QVERIFY(parsed.ok());
        QVERIFY(std::get<double>(*parsed) == value);
    }
    const Param whole{.key = "i", .label = "", .help = "", .defaultValue = std::int64_t{0}};
    for (const std::int64_t value :
         {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{1} << 60}) {
        const auto parsed = parseParam(whole, toString(ParamValue(value)));
        QVERIFY(parsed.ok());
        QCOMPARE(std::get<std::int64_t>(*parsed), value);
    }
}

void TstParam::jsonSurvivesTheRoundTrip() {
    const auto values = resolveParams(params(), json::parse(R"({"units": 5, "rate": 0.125, "note": "\u00fc"})"), "");
    QVERIFY(values.ok());
    const auto again = resolveParams(params(), json::parse(toJson(*values).dump()), "");
    QVERIFY(again.ok());
    QVERIFY(*again == *values);
}

QTEST_GUILESS_MAIN(TstParam)
#include "tst_param.moc"
