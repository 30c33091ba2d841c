// Learning-rate schedules against those of PyTorch (tests/golden/make_schedules.py).
#include <QFile>
#include <QTest>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "model/schedules/schedule.h"

using namespace lemnos;
using nlohmann::json;

class TstSchedules : public QObject {
    Q_OBJECT

    json m_golden;

    static SchedulePoint pointOf(std::int64_t step, std::int64_t stepsPerEpoch, std::int64_t epochs) {
        return {step, stepsPerEpoch * epochs, stepsPerEpoch, step / stepsPerEpoch};
    }

  private slots:
    void initTestCase() {
        QFile file(LEMNOS_SOURCE_DIR "/tests/golden/schedules.json");
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_golden = json::parse(file.readAll().toStdString());
    }

    void everyScheduleHasGoldenValues() {
        std::set<std::string> known{"reduce_on_plateau"};
        for (const json& item : m_golden["blind"]) known.insert(item["schedule"]);
        for (const ScheduleType* type : scheduleTypes()) {
            QVERIFY2(known.contains(std::string(type->name)), type->name.data());
            QVERIFY(!type->summary.empty() && resolveParams(type->params, ParamMap(), "schedule").ok());
        }
    }

    void ratesAreThoseOfPyTorch() {
        for (const json& item : m_golden["blind"]) {
            const auto type = scheduleTypeOrError(item["schedule"].get<std::string>());
            QVERIFY(type.ok());
            const auto params = resolveParams((*type)->params, item["params"], "schedule");
            QVERIFY2(params.ok(), params ? "" : params.error().message.c_str());
            const std::int64_t stepsPerEpoch = item["steps_per_epoch"], epochs = item["epochs"];
            const auto expected = item["factors"].get<std::vector<double>>();
            QCOMPARE(std::int64_t(expected.size()), stepsPerEpoch * epochs);
            for (std::size_t step = 0; step < expected.size(); ++step) {
                const double factor =
                    scheduleFactor(**type, *params, pointOf(std::int64_t(step), stepsPerEpoch, epochs));
                QVERIFY2(std::abs(factor - expected[step]) < 1e-9,
                         qPrintable(QString("%1, step %2: %3 instead of %4")
                                        .arg(QString::fromStdString(item.dump().substr(0, 60)))
                                        .arg(step)
                                        .arg(factor)
                                        .arg(expected[step])));
            }
        }
    }

    void plateausLowerTheRateAsInPyTorch() {
        const ScheduleType& type = *findScheduleType("reduce_on_plateau");
        const auto losses = m_golden["losses"].get<std::vector<double>>();
        for (const json& item : m_golden["plateau"]) {
            const ParamMap params = *resolveParams(type.params, item["params"], "schedule");
            ScheduleState state;
            for (std::size_t epoch = 0; epoch < losses.size(); ++epoch) {
                state = type.observe(params, state, losses[epoch]);
                const double factor = scheduleFactor(type, params, pointOf(std::int64_t(epoch), 1, 20), state);
                QVERIFY(std::abs(factor - item["factors"][epoch].get<double>()) < 1e-12);
            }
        }
    }

    void warmUpAndScheduleAreMultiplied() {
        const ScheduleType& type = *findScheduleType("exponential");
        const ParamMap params =
            *resolveParams(type.params, json{{"gamma", 0.5}, {"warmup_epochs", 4.0}, {"warmup_from", 0.0}}, "schedule");
        QCOMPARE(scheduleFactor(type, params, pointOf(0, 10, 8)), 0.0);
        QCOMPARE(scheduleFactor(type, params, pointOf(20, 10, 8)), 0.5 * 0.25);
        QCOMPARE(scheduleFactor(type, params, pointOf(50, 10, 8)), std::pow(0.5, 5));
        ScheduleState seen;
        seen.factor = 0.1;
        QCOMPARE(scheduleFactor(type, params, pointOf(50, 10, 8), seen), 0.1 * std::pow(0.5, 5));
    }

    // The shortest runs there can be.
    void everyScheduleIsFiniteForAnyRun() {
        for (const ScheduleType* type : scheduleTypes()) {
            const ParamMap params = *resolveParams(type->params, ParamMap(), "schedule");
            for (const std::int64_t steps : {1, 2, 3}) {
                for (const std::int64_t epochs : {1, 2, 5}) {
                    for (std::int64_t step = 0; step < steps * epochs; ++step) {
                        const double factor = scheduleFactor(*type, params, pointOf(step, steps, epochs));
                        QVERIFY2(factor >= 0 && factor <= 1, type->name.data());
                    }
                }
            }
        }
    }

    void anUnknownScheduleIsAnErrorThatNamesThoseThereAre() {
        const auto type = scheduleTypeOrError("linear");
        QVERIFY(!type.ok());
        QVERIFY(type.error().message.find("one_cycle") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TstSchedules)
#include "tst_schedules.moc"
