// How long an epoch is expected to take.
#include <QtTest>
#include <array>

#include "model/graph/step_time.h"
#include "model/templates/template.h"

using namespace lemnos;

class TstStepTime : public QObject {
    Q_OBJECT

    static Plan planOf(const char* name) {
        const Shape input{32, 32, 3};
        return *makePlan(*graphFromTemplate(name, input), {.input = input, .classes = 10, .batch = 32});
    }

  private slots:
    void aFasterDeviceNeedsLessTime() {
        const Plan plan = planOf("small_cnn");
        const DeviceSpeed slow{1e11, 1e10}, fast{4e11, 4e10};
        const double seconds = expectedStepSeconds(plan, slow);
        QVERIFY(seconds > 3 * 32 * double(plan.multiplyAdds) / slow.multiplyAdds);  // no device beats its best
        QVERIFY(std::abs(seconds / expectedStepSeconds(plan, fast) - 4) < 1e-9);
    }

    void aLargerNetworkNeedsMoreTime() {
        const DeviceSpeed speed{1e11, 1e10};
        QVERIFY(expectedStepSeconds(planOf("resnet18"), speed) > 5 * expectedStepSeconds(planOf("small_cnn"), speed));
    }

    void devicesShareAnEpochByTheirSpeed() {
        const Plan plan = planOf("small_cnn");
        const std::array<DeviceSpeed, 2> both = {DeviceSpeed{1e11, 1e10}, DeviceSpeed{3e11, 3e10}};
        const double alone = expectedEpochSeconds(plan, 3200, std::span(both).first(1));
        QVERIFY(std::abs(alone - 100 * expectedStepSeconds(plan, both[0])) < 1e-9);
        QVERIFY(std::abs(alone / expectedEpochSeconds(plan, 3200, both) - 4) < 1e-9);
    }

    void whatIsNotMeasuredIsNotGuessed() {
        const Plan plan = planOf("small_cnn");
        const std::array<DeviceSpeed, 1> unknown{};
        QCOMPARE(expectedEpochSeconds(plan, 3200, unknown), 0.0);
        QCOMPARE(expectedEpochSeconds(plan, 3200, {}), 0.0);
    }
};

QTEST_GUILESS_MAIN(TstStepTime)
#include "tst_step_time.moc"
