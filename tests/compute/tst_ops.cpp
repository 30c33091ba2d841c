// Ops that have always been there, on every body, against plain loops that stand here: so that also the definitions are
// checked. tst_op_examples compares every op with its definition.
#include <QTest>
#include <algorithm>
#include <cmath>
#include <map>

#include "compute/ops/activate.h"
#include "compute/ops/activate_grad.h"
#include "compute/ops/adam.h"
#include "compute/ops/add.h"
#include "compute/ops/column_sum.h"
#include "compute/ops/conv2d.h"
#include "compute/ops/conv2d_grad_input.h"
#include "compute/ops/conv2d_grad_weight.h"
#include "compute/ops/copy.h"
#include "compute/ops/dropout.h"
#include "compute/ops/gemm.h"
#include "compute/ops/sgd.h"
#include "compute/ops/softmax.h"
#include "compute/ops/softmax_cross_entropy.h"
#include "compute/ops/softmax_grad.h"
#include "compute/ops/step.h"
#include "compute/ops/unpack_pixels.h"
#include "compute/random.h"
#include "tests/support/test_device.h"

using namespace lemnos;
using Values = std::vector<double>;

namespace {

struct Size {
    std::int64_t rows, columns;
};

/// Odd sizes, single elements, more than one workgroup.
constexpr Size sizes[] = {{1, 1}, {1, 7}, {3, 4}, {5, 33}, {17, 10}, {64, 130}, {2, 1025}};

DeviceMatrix makeScalars(Device& device, const StepScalars& scalars) {
    std::vector<std::uint32_t> words(stepScalarColumns);
    std::memcpy(words.data(), &scalars, sizeof scalars);
    return makeWords(device, words);
}

Values softmaxOf(const Values& x, std::int64_t columns) {
    Values y(x.size());
    for (std::size_t row = 0; row < x.size(); row += static_cast<std::size_t>(columns)) {
        const auto begin = x.begin() + static_cast<std::ptrdiff_t>(row), end = begin + columns;
        const double largest = *std::max_element(begin, end);
        double sum = 0;
        for (auto it = begin; it != end; ++it) sum += std::exp(*it - largest);
        for (std::int64_t j = 0; j < columns; ++j)
            y[row + static_cast<std::size_t>(j)] = std::exp(*(begin + j) - largest) / sum;
    }
    return y;
}

}  // namespace

class TstOps : public QObject {
    Q_OBJECT

    std::map<TestBody, std::unique_ptr<Device>> m_devices;

    Device& device() {
        QFETCH(int, body);
        auto& device = m_devices[TestBody(body)];
        if (!device) device = openTestDevice(TestBody(body));
        return *device;
    }

    void checkGemm(Device& gpu, std::int64_t m, std::int64_t n, std::int64_t k, bool ta, bool tb, bool withBias,
                   bool accumulate) {
        const Values a = randomValues(m * k, 1), b = randomValues(k * n, 2), bias = randomValues(n, 3),
                     old = randomValues(m * n, 4);
        const auto da = ta ? makeMatrix(gpu, k, m, a) : makeMatrix(gpu, m, k, a);
        const auto db = tb ? makeMatrix(gpu, n, k, b) : makeMatrix(gpu, k, n, b);
        const auto dc = makeMatrix(gpu, m, n, old), dBias = makeMatrix(gpu, 1, n, bias);
        runOps(gpu, [&](Recorder& r) {
            r.add(Gemm{da.tensor, db.tensor, dc.tensor, ta, tb, withBias ? dBias.tensor : Tensor{}, accumulate});
        });
        Values expected(static_cast<std::size_t>(m * n));
        for (std::int64_t i = 0; i < m; ++i) {
            for (std::int64_t j = 0; j < n; ++j) {
                double sum = (withBias ? bias[std::size_t(j)] : 0) + (accumulate ? old[std::size_t(i * n + j)] : 0);
                for (std::int64_t l = 0; l < k; ++l)
                    sum += a[std::size_t(ta ? l * m + i : i * k + l)] * b[std::size_t(tb ? j * k + l : l * n + j)];
                expected[std::size_t(i * n + j)] = sum;
            }
        }
        const double difference = largestDifference(readMatrix(gpu, dc), expected);
        QVERIFY2(difference < 1e-6 * std::sqrt(double(k)) + 1e-6,
                 qPrintable(QString("%1x%2x%3 differs by %4").arg(m).arg(n).arg(k).arg(difference)));
        for (const float x : readPadding(gpu, dc)) QCOMPARE(x, 0.0f);
    }

  private slots:
    void gemmMultipliesInEveryOrientation_data() { addTestBodies(); }
    void gemmMultipliesInEveryOrientation() {
        constexpr std::int64_t problems[][3] = {{1, 1, 1},    {1, 4, 3},    {7, 5, 9},    {32, 32, 32},   {33, 31, 30},
                                                {8, 100, 17}, {70, 10, 65}, {16, 129, 5}, {128, 64, 100}, {5, 1000, 2}};
        for (const auto& [m, n, k] : problems) {
            checkGemm(device(), m, n, k, false, false, false, false);
            checkGemm(device(), m, n, k, true, false, false, false);
            checkGemm(device(), m, n, k, false, true, false, false);
        }
    }

    void gemmAddsABiasAndWhatWasThere_data() { addTestBodies(); }
    void gemmAddsABiasAndWhatWasThere() {
        checkGemm(device(), 33, 18, 21, false, false, true, false);
        checkGemm(device(), 33, 18, 21, true, false, false, true);
        checkGemm(device(), 9, 7, 12, false, true, true, true);
    }

    // Lavapipe ends a loop without a word after 65535 rounds, that is a depth of 262140.
    void gemmSumsADepthThatOneLoopCannotHold_data() { addTestBodies(); }
    void gemmSumsADepthThatOneLoopCannotHold() {
        constexpr std::int64_t depth = 300001;
        Device& gpu = device();
        const auto a = makeMatrix(gpu, 1, depth, Values(depth, 1.0)),
                   b = makeMatrix(gpu, depth, 4, Values(depth * 4, 1.0));
        const auto c = makeMatrix(gpu, 1, 4);
        runOps(gpu, [&](Recorder& r) { r.add(Gemm{a.tensor, b.tensor, c.tensor}); });
        QCOMPARE(readMatrix(gpu, c), Values(4, double(depth)));  // whole numbers below 2^24 are exact
    }

    // 3 x 3 taps of 40000 channels: more rounds than lavapipe does in one loop, in vec4 too.
    void conv2dSumsChannelsThatOneLoopCannotHold_data() { addTestBodies(); }
    void conv2dSumsChannelsThatOneLoopCannotHold() {
        ConvGeometry g;
        g.inHeight = g.inWidth = g.kernelHeight = g.kernelWidth = 3;
        g.inChannels = 40000;
        g.outChannels = 4;
        Device& gpu = device();
        const auto x = makeMatrix(gpu, 9, g.inChannels, Values(std::size_t(9 * g.inChannels), 1.0));
        const auto w = makeMatrix(gpu, g.weightRows(), 4, Values(std::size_t(g.weightRows() * 4), 1.0));
        const auto bias = makeMatrix(gpu, 1, 4, Values(4, -400000.0)), y = makeMatrix(gpu, 1, 4);
        const auto dX = makeMatrix(gpu, 9, g.inChannels);
        runOps(gpu, [&](Recorder& r) {
            r.add(Conv2d{x.tensor, w.tensor, y.tensor, g, bias.tensor, {ActivationKind::leakyRelu, 0.25f}});
            r.add(Conv2dGradInput{y.tensor, w.tensor, dX.tensor, g});
        });
        // An activation of a part of the sum would show.
        QCOMPARE(readMatrix(gpu, y), Values(4, -10000.0));
        QCOMPARE(readMatrix(gpu, dX), Values(std::size_t(9 * g.inChannels), -40000.0));
    }

    void conv2dGradWeightSumsPixelsThatOneLoopCannotHold_data() { addTestBodies(); }
    void conv2dGradWeightSumsPixelsThatOneLoopCannotHold() {
        ConvGeometry g;
        g.inHeight = g.outHeight = 4;
        g.inWidth = 80001;
        g.outWidth = 80000;
        g.kernelWidth = 2;
        Device& gpu = device();
        const auto x = makeMatrix(gpu, g.inRows(), 1, Values(std::size_t(g.inRows()), 1.0));
        const auto dY = makeMatrix(gpu, g.outRows(), 1, Values(std::size_t(g.outRows()), 1.0));
        const auto dW = makeMatrix(gpu, g.weightRows(), 1);
        runOps(gpu, [&](Recorder& r) { r.add(Conv2dGradWeight{x.tensor, dY.tensor, dW.tensor, g}); });
        QCOMPARE(readMatrix(gpu, dW), (Values{320000, 0, 0, 0, 320000, 0, 0, 0}));
    }

    void anOpWithWrongExtentsIsRefused() {
        const auto gpu = openTestDevice();
        const auto a = makeMatrix(*gpu, 2, 3), b = makeMatrix(*gpu, 4, 5), c = makeMatrix(*gpu, 2, 5);
        const auto recorder = gpu->record();
        recorder->add(Gemm{a.tensor, b.tensor, c.tensor});
        const auto recording = recorder->finish();
        QVERIFY(!recording);
        QVERIFY(recording.error().message.find("gemm") != std::string::npos);
    }

    void reluKeepsWhatIsPositive_data() { addTestBodies(); }
    void reluKeepsWhatIsPositive() {
        for (const auto& [rows, columns] : sizes) {
            const Values x = randomValues(rows * columns, 5), dy = randomValues(rows * columns, 6);
            Values y = x, dx = dy;
            for (std::size_t i = 0; i < x.size(); ++i) {
                y[i] = std::max(x[i], 0.0);
                dx[i] = x[i] > 0 ? dy[i] : 0;
            }
            Device& gpu = device();
            const auto gx = makeMatrix(gpu, rows, columns, x), gy = makeMatrix(gpu, rows, columns);
            const auto gdy = makeMatrix(gpu, rows, columns, dy), gdx = makeMatrix(gpu, rows, columns);
            runOps(gpu, [&](Recorder& r) {
                r.add(Activate{gx.tensor, gy.tensor, {ActivationKind::relu}});
                r.add(ActivateGrad{gy.tensor, gdy.tensor, gdx.tensor, {ActivationKind::relu}});
            });
            QCOMPARE(readMatrix(gpu, gy), y);
            QCOMPARE(readMatrix(gpu, gdx), dx);
        }
    }

    void dropoutDrawsTheNumbersOfPhilox_data() { addTestBodies(); }
    void dropoutDrawsTheNumbersOfPhilox() {
        constexpr double rate = 0.25;
        constexpr std::uint64_t seed = 0x123456789abcdef0;
        constexpr std::uint32_t layer = 3, epoch = 7;
        for (const auto& [rows, columns] : sizes) {
            const Values x(std::size_t(rows * columns), 1.0);
            std::vector<std::uint32_t> samples;
            for (std::int64_t i = 0; i < rows; ++i) samples.push_back(std::uint32_t(1000000007 * (i + 1)));
            Device& gpu = device();
            StepScalars scalars;
            scalars.seedLow = std::uint32_t(seed);
            scalars.seedHigh = std::uint32_t(seed >> 32);
            scalars.epoch = epoch;
            const auto gx = makeMatrix(gpu, rows, columns, x), gy = makeMatrix(gpu, rows, columns);
            const auto gScalars = makeScalars(gpu, scalars), gSamples = makeWords(gpu, samples);
            runOps(gpu, [&](Recorder& r) {
                r.add(Dropout{gx.tensor, gy.tensor, rate, layer, gScalars.tensor, gSamples.tensor});
            });
            Values expected;
            for (std::int64_t i = 0; i < rows; ++i) {
                for (std::int64_t j = 0; j < columns; ++j) {
                    const auto bits = philox(seed, epoch, samples[std::size_t(i)], layer, std::uint32_t(j / 4));
                    expected.push_back(
                        bits[std::size_t(j % 4)] >= dropoutThreshold(rate) ? double(float(1 / (1 - rate))) : 0.0);
                }
            }
            QCOMPARE(readMatrix(gpu, gy), expected);
        }
    }

    void dropoutDropsTheShareItIsToldTo() {
        const auto gpu = openTestDevice();
        constexpr std::int64_t n = 100000;
        const auto x = makeMatrix(*gpu, 1, n, Values(n, 1.0)), y = makeMatrix(*gpu, 1, n);
        const auto scalars = makeScalars(*gpu, {}), samples = makeWords(*gpu, {0});
        runOps(*gpu, [&](Recorder& r) { r.add(Dropout{x.tensor, y.tensor, 0.25, 0, scalars.tensor, samples.tensor}); });
        const Values values = readMatrix(*gpu, y);
        const auto dropped = std::count(values.begin(), values.end(), 0.0);
        // Five standard deviations of a binomial distribution.
        QVERIFY(std::abs(double(dropped) - 0.25 * n) < 5 * std::sqrt(n * 0.25 * 0.75));
    }

    void softmaxGivesProbabilitiesEvenOfHugeScores_data() { addTestBodies(); }
    void softmaxGivesProbabilitiesEvenOfHugeScores() {
        for (const auto& [rows, columns] : sizes) {
            Values x = randomValues(rows * columns, 8);
            for (double& v : x) v *= 300;
            Device& gpu = device();
            const auto gx = makeMatrix(gpu, rows, columns, x), gy = makeMatrix(gpu, rows, columns);
            runOps(gpu, [&](Recorder& r) { r.add(Softmax{gx.tensor, gy.tensor}); });
            QVERIFY(largestDifference(readMatrix(gpu, gy), softmaxOf(x, columns)) < 1e-5);
            for (const float padding : readPadding(gpu, gy)) QCOMPARE(padding, 0.0f);
        }
    }

    void softmaxGradMatchesItsFormula_data() { addTestBodies(); }
    void softmaxGradMatchesItsFormula() {
        for (const auto& [rows, columns] : sizes) {
            const Values y = softmaxOf(randomValues(rows * columns, 9), columns), dy = randomValues(rows * columns, 10);
            Values expected(y.size());
            for (std::size_t i = 0; i < y.size(); ++i) {
                const std::size_t row = i / std::size_t(columns) * std::size_t(columns);
                double inner = 0;
                for (std::size_t k = row; k < row + std::size_t(columns); ++k) inner += dy[k] * y[k];
                expected[i] = y[i] * (dy[i] - inner);
            }
            Device& gpu = device();
            const auto gy = makeMatrix(gpu, rows, columns, y), gdy = makeMatrix(gpu, rows, columns, dy);
            const auto gdx = makeMatrix(gpu, rows, columns);
            runOps(gpu, [&](Recorder& r) { r.add(SoftmaxGrad{gy.tensor, gdy.tensor, gdx.tensor}); });
            QVERIFY(largestDifference(readMatrix(gpu, gdx), expected) < 1e-6);
        }
    }

    void crossEntropyGivesLossHitsAndGradient_data() { addTestBodies(); }
    void crossEntropyGivesLossHitsAndGradient() {
        for (const auto& [rows, columns] : sizes) {
            Values z = randomValues(rows * columns, 11);
            for (double& v : z) v *= 20;
            std::vector<std::uint32_t> labels;
            for (std::int64_t i = 0; i < rows; ++i)  // every third row takes no part
                labels.push_back(i % 3 == 2 ? 0xffffffffu : std::uint32_t(i * 7 % columns));
            const float inverseCount = 0.125f;
            Device& gpu = device();
            StepScalars scalars;
            scalars.inverseCount = inverseCount;
            const auto gz = makeMatrix(gpu, rows, columns, z), gdz = makeMatrix(gpu, rows, columns);
            const auto gResults = makeMatrix(gpu, 2, rows), gLabels = makeWords(gpu, labels),
                       gScalars = makeScalars(gpu, scalars);
            runOps(gpu, [&](Recorder& r) {
                r.add(SoftmaxCrossEntropy{gz.tensor, gLabels.tensor, gScalars.tensor, gResults.tensor, gdz.tensor});
            });
            const Values p = softmaxOf(z, columns);
            Values loss, answers, gradient(z.size(), 0.0);
            for (std::int64_t i = 0; i < rows; ++i) {
                const std::uint32_t label = labels[std::size_t(i)];
                const auto row = z.begin() + i * columns;
                const bool counts = label < std::uint32_t(columns);
                const double largest = *std::max_element(row, row + columns);
                double sum = 0;
                for (std::int64_t j = 0; j < columns; ++j) sum += std::exp(row[j] - largest);
                loss.push_back(counts ? largest + std::log(sum) - row[label] : 0);
                answers.push_back(counts ? double(std::max_element(row, row + columns) - row) : 0);
                for (std::int64_t j = 0; j < columns && counts; ++j)
                    gradient[std::size_t(i * columns + j)] =
                        (p[std::size_t(i * columns + j)] - (j == std::int64_t(label) ? 1 : 0)) * inverseCount;
            }
            Values results = loss;
            results.insert(results.end(), answers.begin(), answers.end());
            QVERIFY(largestDifference(readMatrix(gpu, gResults), results) < 2e-5);
            QVERIFY(largestDifference(readMatrix(gpu, gdz), gradient) < 1e-5);
            for (const float padding : readPadding(gpu, gdz)) QCOMPARE(padding, 0.0f);
        }
    }

    void ofEqualScoresTheFirstIsTheAnswer_data() { addTestBodies(); }
    void ofEqualScoresTheFirstIsTheAnswer() {
        Device& gpu = device();
        const auto z = makeMatrix(gpu, 2, 9, {0, 0, 2, 1, 2, 0, 0, 0, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3}),
                   results = makeMatrix(gpu, 2, 2);
        const auto labels = makeWords(gpu, {0, 5}), scalars = makeScalars(gpu, {});
        runOps(gpu, [&](Recorder& r) {
            r.add(SoftmaxCrossEntropy{z.tensor, labels.tensor, scalars.tensor, results.tensor});
        });
        const Values values = readMatrix(gpu, results);
        QCOMPARE(values[2], 2.0);
        QCOMPARE(values[3], 0.0);
    }

    void columnSumAddsRows_data() { addTestBodies(); }
    void columnSumAddsRows() {
        for (const auto& [rows, columns] : sizes) {
            const Values x = randomValues(rows * columns, 12);
            Values expected(std::size_t(columns), 0.0);
            for (std::size_t i = 0; i < x.size(); ++i) expected[i % std::size_t(columns)] += x[i];
            Device& gpu = device();
            const auto gx = makeMatrix(gpu, rows, columns, x), sum = makeMatrix(gpu, 1, columns);
            runOps(gpu, [&](Recorder& r) { r.add(ColumnSum{gx.tensor, sum.tensor}); });
            QVERIFY(largestDifference(readMatrix(gpu, sum), expected) < 1e-6);
        }
    }

    void unpackPixelsNormalisesEachChannel_data() { addTestBodies(); }
    void unpackPixelsNormalisesEachChannel() {
        for (const auto& [rows, columns, channels] :
             {std::tuple(3, 12, 3), std::tuple(5, 27, 3), std::tuple(2, 25, 1), std::tuple(1, 1, 1)}) {
            std::vector<std::uint8_t> pixels;
            for (int i = 0; i < rows * columns; ++i) pixels.push_back(std::uint8_t(i * 37 + 11));
            std::vector<std::uint32_t> words(pixels.size() / 4 + 2, 0);
            std::memcpy(words.data(), pixels.data(), pixels.size());
            Device& gpu = device();
            auto bytes = makeWords(gpu, words);
            bytes.tensor.type = ElementType::uint8;
            bytes.tensor.columns = bytes.tensor.stride = std::int64_t(words.size()) * 4;
            const auto y = makeMatrix(gpu, rows, columns, {}, 9.0f);
            UnpackPixels op{bytes.tensor, y.tensor, channels, {10, 20, 30, 0}, {2, 4, 8, 1}};
            runOps(gpu, [&](Recorder& r) { r.add(op); });
            Values expected;
            for (int i = 0; i < rows * columns; ++i) {
                const int c = i % columns % channels;
                expected.push_back((pixels[std::size_t(i)] - double(op.mean[c])) / double(op.deviation[c]));
            }
            QVERIFY(largestDifference(readMatrix(gpu, y), expected) < 1e-6);
            for (const float padding : readPadding(gpu, y)) QCOMPARE(padding, 0.0f);
        }
    }

    void adamTakesTheStepsOfItsPaper_data() { addTestBodies(); }
    void adamTakesTheStepsOfItsPaper() {
        constexpr std::int64_t n = 1003;
        constexpr double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, rate = 0.01;
        Device& gpu = device();
        Values w = randomValues(n, 13), m(n, 0.0), v(n, 0.0);
        const auto gw = makeMatrix(gpu, 1, n, w), gm = makeMatrix(gpu, 1, n), gv = makeMatrix(gpu, 1, n);
        for (int t = 1; t <= 5; ++t) {
            const Values g = randomValues(n, std::uint32_t(100 + t));
            StepScalars scalars;
            scalars.learningRate = float(rate);
            scalars.optimizer[0] = float(1 / (1 - std::pow(beta1, t)));
            scalars.optimizer[1] = float(1 / std::sqrt(1 - std::pow(beta2, t)));
            const auto gg = makeMatrix(gpu, 1, n, g), gScalars = makeScalars(gpu, scalars);
            runOps(gpu, [&](Recorder& r) {
                r.add(Adam{.weights = gw.tensor,
                           .gradients = gg.tensor,
                           .m = gm.tensor,
                           .v = gv.tensor,
                           .epsilon = epsilon,
                           .scalars = gScalars.tensor});
            });
            for (std::size_t i = 0; i < std::size_t(n); ++i) {
                m[i] = beta1 * m[i] + (1 - beta1) * g[i];
                v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
                w[i] -=
                    rate * (m[i] / (1 - std::pow(beta1, t))) / (std::sqrt(v[i] / (1 - std::pow(beta2, t))) + epsilon);
            }
        }
        QVERIFY(largestDifference(readMatrix(gpu, gw), w) < 1e-6);
        QVERIFY(largestDifference(readMatrix(gpu, gm), m) < 1e-6);
        QVERIFY(largestDifference(readMatrix(gpu, gv), v) < 1e-6);
    }

    void sgdGathersMomentum_data() { addTestBodies(); }
    void sgdGathersMomentum() {
        constexpr std::int64_t n = 77;
        for (const bool nesterov : {false, true}) {
            Device& gpu = device();
            Values w = randomValues(n, 14), u(n, 0.0);
            StepScalars scalars;
            scalars.learningRate = 0.1f;
            const auto gw = makeMatrix(gpu, 1, n, w), gu = makeMatrix(gpu, 1, n), gScalars = makeScalars(gpu, scalars);
            for (std::uint32_t t = 0; t < 4; ++t) {
                const Values g = randomValues(n, 200 + t);
                const auto gg = makeMatrix(gpu, 1, n, g);
                runOps(gpu, [&](Recorder& r) {
                    r.add(Sgd{.weights = gw.tensor,
                              .gradients = gg.tensor,
                              .velocity = gu.tensor,
                              .nesterov = nesterov,
                              .scalars = gScalars.tensor});
                });
                for (std::size_t i = 0; i < std::size_t(n); ++i) {
                    u[i] = 0.9 * u[i] + g[i];
                    w[i] -= double(scalars.learningRate) * (nesterov ? g[i] + 0.9 * u[i] : u[i]);
                }
            }
            QVERIFY(largestDifference(readMatrix(gpu, gw), w) < 1e-6);
        }
    }

    // They would slow every loop that meets them; see host_device.cpp.
    void tinyNumbersCountAsZeroOnTheProcessor() {
        const auto cpu = openTestDevice(TestBody::cpu);
        const auto x = makeMatrix(*cpu, 40, 64, Values(40 * 64, 1e-39)), y = makeMatrix(*cpu, 40, 64);
        runOps(*cpu, [&](Recorder& r) { r.add(Add{.a = x.tensor, .b = x.tensor, .y = y.tensor}); });
        QCOMPARE(readMatrix(*cpu, y), Values(40 * 64, 0.0));
    }

    void aRecordingCanBeSubmittedManyTimesInOrder() {
        const auto gpu = openTestDevice();
        const auto a = makeMatrix(*gpu, 1, 4, {1, 2, 3, 4}), b = makeMatrix(*gpu, 1, 4), sum = makeMatrix(*gpu, 4, 4);
        const auto one = makeMatrix(*gpu, 4, 1, {1, 1, 1, 1});
        const auto recorder = gpu->record();
        // Each op reads what the one before it wrote: without barriers the sum would be wrong.
        recorder->add(Copy{a.tensor, b.tensor});
        recorder->add(Gemm{.a = one.tensor, .b = b.tensor, .c = sum.tensor, .accumulate = true});
        recorder->add(ColumnSum{sum.tensor, a.tensor});
        const auto recording = recorder->finish();
        QVERIFY(recording.ok());
        const Recording* list[] = {recording->get(), recording->get()};
        for (int i = 0; i < 2; ++i) {
            const auto ticket = gpu->submit(list);
            QVERIFY(ticket.ok());
            QVERIFY(gpu->wait(*ticket).ok());
        }
        // s += a; a = 4 s, four times: a grows by 4, then 20, 100, 500.
        QCOMPARE(readMatrix(*gpu, a), (Values{500, 1000, 1500, 2000}));
    }
};

QTEST_GUILESS_MAIN(TstOps)
#include "tst_ops.moc"
