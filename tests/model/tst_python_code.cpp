// Networks as PyTorch and Keras programs: the text of small ones, and, where Python has the framework, the answers of
// every template and of every example of a layer with the same weights. Where it has no Keras, but numpy, the programs
// run on the stand-in in tests/keras.
//
// LEMNOS_PYTHON names another Python than that of the system.
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "model/exchange/python_code.h"
#include "model/files.h"
#include "model/templates/template.h"
#include "tests/model/onnx_case.h"

using namespace lemnos;

namespace {

constexpr std::int64_t batch = 2, classes = 7;

/// Runs the programs: their number of parameters goes to NAME.count, their answers to NAME.out, and what they print
/// when they are started as they are to NAME.printed.
constexpr const char* driver = R"(
import contextlib, importlib.util, io, pathlib, runpy, sys
import numpy

folder = pathlib.Path(sys.argv[1])
for file in sorted(folder.glob("*.py")):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        runpy.run_path(str(file), run_name="__main__")
    file.with_suffix(".printed").write_text(printed.getvalue())
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    shape = [int(n) for n in file.with_suffix(".shape").read_text().split()]
    x = numpy.fromfile(file.with_suffix(".in"), dtype="float32").reshape(shape)
    if hasattr(module, "torch"):
        torch = module.torch
        model = module.Network().eval()
        module.load_weights(model, str(file.with_suffix(".safetensors")))
        count = sum(p.numel() for p in model.parameters())
        with torch.no_grad():
            y = model(torch.from_numpy(x).permute(0, 3, 1, 2)).numpy()
    else:
        model = module.network()
        module.load_weights(model, str(file.with_suffix(".safetensors")))
        count = sum(int(numpy.prod(w.shape)) for w in model.trainable_weights)
        y = module.ops.convert_to_numpy(model(x))
    numpy.ascontiguousarray(y, dtype="float32").tofile(file.with_suffix(".out"))
    file.with_suffix(".count").write_text(str(count))
)";

QString python() {
    return qEnvironmentVariable("LEMNOS_PYTHON", QStringLiteral("/usr/bin/python3"));
}

/// What the programs of a framework run on.
struct Runner {
    QString name;
    QString modules{};  ///< folder of Python modules; empty: those that Python has
};

bool imports(const QString& names, const QString& search = {}) {
    QProcess process;
    if (!search.isEmpty()) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PYTHONPATH"), search);
        process.setProcessEnvironment(environment);
    }
    process.start(python(), {"-c", "import " + names});
    return process.waitForFinished(120'000) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
}

/// PyTorch; Keras 3, or the stand-in for it; nothing where neither is there.
std::optional<Runner> runnerOf(const PythonFramework& framework) {
    if (framework.name == "pytorch") return imports("torch, numpy") ? std::optional(Runner{"PyTorch"}) : std::nullopt;
    if (imports("keras.ops, numpy")) return Runner{"Keras"};
    const QString standIn = QStringLiteral(LEMNOS_SOURCE_DIR "/tests/keras");
    if (imports("keras.ops, numpy", standIn)) return Runner{"the stand-in for Keras", standIn};
    return {};
}

/// The brackets and quotes of a program end where they should.
bool isBalanced(const std::string& code) {
    std::string open;
    for (const char c : code) {
        if (c == '(' || c == '[' || c == '{') open += c;
        if (c == ')' || c == ']' || c == '}') {
            if (open.empty() || open.back() != (c == ')' ? '(' : c == ']' ? '[' : '{')) return false;
            open.pop_back();
        }
    }
    return open.empty() && std::ranges::count(code, '"') % 2 == 0;
}

OnnxCase templateCase(const TemplateType& type) {
    const std::int64_t side = std::max<std::int64_t>(type.smallestSide, 16);
    const Shape picture{side, side, 3};
    OnnxCase c;
    c.plan = *makePlan(*graphFromTemplate(type.name, picture), {.input = picture, .classes = classes, .batch = batch});
    c.spec.preprocess = preprocessOf(picture);
    addWeights(c);
    return c;
}

struct Case {
    std::string name;
    OnnxCase network;
};

std::vector<Case> cases() {
    std::vector<Case> list;
    for (const TemplateType* type : graphTemplates()) list.push_back({std::string(type->name), templateCase(*type)});
    for (const LayerType* type : layerTypes()) {
        for (std::size_t i = 0; i < type->examples.size(); ++i)
            list.push_back({std::string(type->name) + "-" + std::to_string(i), exampleCase(*type, type->examples[i])});
    }
    return list;
}

Graph drawn(const nlohmann::json& layers) {
    return *graphFromJson({{"format", "lemnos-graph"}, {"version", 1}, {"name", "drawn"}, {"layers", layers}});
}

/// What stands between two lines of a program.
QString part(const std::string& code, const char* from, const char* to) {
    const QString text = QString::fromStdString(code);
    const auto begin = text.indexOf(QLatin1String(from)), end = text.indexOf(QLatin1String(to), begin);
    return text.mid(begin, end - begin);
}

}  // namespace

class TstPythonCode : public QObject {
    Q_OBJECT

    static void frameworks() {
        QTest::addColumn<QString>("name");
        for (const PythonFramework& framework : pythonFrameworks())
            QTest::newRow(std::string(framework.name).c_str()) << QString::fromStdString(std::string(framework.name));
    }

  private slots:
    void aResidualNetworkInPyTorch() {
        const Graph graph =
            drawn({{{"name", "input"}, {"type", "input"}},
                   {{"name", "1st conv"}, {"type", "conv2d"}, {"params", {{"filters", 4}, {"stride", 2}}}},
                   {{"name", "type"}, {"type", "batch_norm"}},
                   {{"name", "conv"}, {"type", "conv2d"}, {"params", {{"filters", 4}, {"bias", false}}}},
                   {{"name", "add"}, {"type", "add"}, {"inputs", {"conv", "type"}}},
                   {{"name", "flat"}, {"type", "flatten"}},
                   {{"name", "dense"}, {"type", "dense"}, {"params", {{"units", 0}}}},
                   {{"name", "softmax"}, {"type", "softmax"}}});
        const auto code = pythonCode(*findPythonFramework("pytorch"), graph, {.input = {8, 8, 3}, .classes = 5});
        QVERIFY2(code.ok(), code ? "" : code.error().message.c_str());
        QCOMPARE(part(*code, "# Layers", "\n\ndef load_weights"), QString(R"(# Layers that have another name in Lemnos.
NAMES = {"layer_1st_conv": "1st conv", "type_": "type"}


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer_1st_conv = nn.Conv2d(3, 4, 3, stride=2)
        self.type_ = nn.BatchNorm2d(4, eps=1e-05, momentum=0.1)
        self.conv = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.dense = nn.Linear(64, 5)

    def forward(self, x):
        x = self.layer_1st_conv(F.pad(x, (0, 1, 0, 1)))
        type_ = self.type_(x)
        x = self.conv(type_)
        x = x + type_
        x = x.permute(0, 2, 3, 1).flatten(1)
        x = self.dense(x)
        x = torch.softmax(x, -1)
        return x
)"));
    }

    void aResidualNetworkInKeras() {
        const Graph graph = drawn({{{"name", "input"}, {"type", "input"}},
                                   {{"name", "conv"},
                                    {"type", "conv2d"},
                                    {"params", {{"filters", 3}, {"padding", "number"}, {"padding_pixels", 1}}}},
                                   {{"name", "sum"}, {"type", "add"}, {"inputs", {"conv", "input"}}},
                                   {{"name", "pool"}, {"type", "max_pool"}},
                                   {{"name", "flat"}, {"type", "flatten"}},
                                   {{"name", "dense"}, {"type", "dense"}, {"params", {{"units", 0}}}},
                                   {{"name", "softmax"}, {"type", "softmax"}}});
        const auto code = pythonCode(*findPythonFramework("keras"), graph, {.input = {8, 8, 3}, .classes = 5});
        QVERIFY2(code.ok(), code ? "" : code.error().message.c_str());
        QCOMPARE(part(*code, "def network", "\n\ndef load_weights"), QString(R"(def network():
    inputs = x = layers.Input((8, 8, 3))
    input = x
    x = layers.Conv2D(3, 3, name="conv")(layers.ZeroPadding2D(1)(input))
    x = layers.Add(name="sum")([x, input])
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = layers.Flatten(name="flat")(x)
    x = layers.Dense(5, name="dense")(x)
    x = layers.Softmax(name="softmax")(x)
    return keras.Model(inputs, x)
)"));
    }

    void aNetworkThatIsWrongIsRefusedWithItsSentence() {
        const Graph graph = drawn({{{"name", "input"}, {"type", "input"}}, {{"name", "dense"}, {"type", "dense"}}});
        for (const PythonFramework& framework : pythonFrameworks()) {
            const auto code = pythonCode(framework, graph, {.input = {8, 8, 3}, .classes = 5});
            QVERIFY(!code.ok());
            QCOMPARE(code.error().where, std::string("dense"));
        }
    }

    void everyLayerIsWritten_data() { frameworks(); }

    void everyLayerIsWritten() {
        QFETCH(QString, name);
        const PythonFramework& framework = *findPythonFramework(name.toStdString());
        for (const LayerType* type : layerTypes()) {
            if (type->inputCount == 0) continue;
            QVERIFY2(type->pytorch && type->keras, std::string(type->name).c_str());
            for (const LayerExample& example : type->examples) {
                const OnnxCase c = exampleCase(*type, example);
                const std::string code = framework.program(c.plan);
                QVERIFY2(isBalanced(code) && code.find("load_weights") != std::string::npos, code.c_str());
            }
        }
    }

    void programsGiveOurAnswersWithOurWeights_data() { frameworks(); }

    /// Without the framework or its stand-in at hand, that they can be written is all that is shown.
    void programsGiveOurAnswersWithOurWeights() {
        QFETCH(QString, name);
        const PythonFramework& framework = *findPythonFramework(name.toStdString());
        const std::optional<Runner> runner = runnerOf(framework);
        const QTemporaryDir folder;
        const std::filesystem::path dir = folder.path().toStdString();
        static const std::vector<Case> all = cases();
        std::map<std::string, std::vector<double>> expected;
        for (const Case& c : all) {
            const std::string code = framework.program(c.network.plan);
            QVERIFY2(isBalanced(code), c.name.c_str());
            if (!runner) continue;
            const Preprocess& preprocess = *c.network.spec.preprocess;
            const Shape picture = preprocess.shape();
            const std::vector<std::uint8_t> pixels = randomPixels(picture, batch);
            std::vector<float> input;
            for (std::size_t i = 0; i < pixels.size(); ++i) {
                const std::size_t channel = i % std::size_t(preprocess.channels);
                input.push_back((float(pixels[i]) - preprocess.mean[channel]) / preprocess.deviation[channel]);
            }
            const auto file = [&](const char* ending) { return dir / (c.name + ending); };
            QVERIFY(writeAtomically(file(".py"), code).ok());
            QVERIFY(writeSafetensors(file(".safetensors"), c.network.weights).ok());
            QVERIFY(writeAtomically(file(".in"), {reinterpret_cast<const char*>(input.data()), input.size() * 4}).ok());
            std::string shape = std::to_string(batch);
            for (int i = 0; i < 3; ++i) shape += " " + std::to_string(picture[i]);
            QVERIFY(writeAtomically(file(".shape"), shape).ok());
            expected[c.name] = reference(c.network, pixels, batch);
        }
        if (!runner) return qInfo("%s is not at hand: the programs were written and not run", qPrintable(name));

        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        // Threads that wait for one another are slow where other work runs beside them.
        environment.insert(QStringLiteral("OMP_NUM_THREADS"), QStringLiteral("1"));
        environment.insert(QStringLiteral("OPENBLAS_NUM_THREADS"), QStringLiteral("1"));
        environment.insert(QStringLiteral("PYTHONDONTWRITEBYTECODE"), QStringLiteral("1"));
        if (!runner->modules.isEmpty()) environment.insert(QStringLiteral("PYTHONPATH"), runner->modules);
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(python(), {"-c", driver, folder.path()});
        QVERIFY(process.waitForFinished(600'000));
        QVERIFY2(process.exitCode() == 0, process.readAll().constData());
        double worst = 0;
        for (const Case& c : all) {
            std::string bytes = *readFile(dir / (c.name + ".out"));
            std::vector<double> answer(bytes.size() / 4);
            for (std::size_t i = 0; i < answer.size(); ++i) {
                float value = 0;
                std::memcpy(&value, bytes.data() + 4 * i, 4);
                answer[i] = double(value);
            }
            const double away = difference(answer, expected[c.name]);
            QVERIFY2(away < 1e-4, qPrintable(QString("%1 differs by %2").arg(c.name.c_str()).arg(away)));
            worst = std::max(worst, away);
            std::int64_t parameters = 0;
            for (const LayerPlan& layer : c.network.plan.layers) {
                for (const WeightPlan& weight : layer.weights) {
                    std::int64_t numbers = 1;
                    for (const std::int64_t extent : weight.shape.dims) numbers *= extent;
                    if (weight.shape.role != WeightRole::statistic) parameters += numbers;
                }
            }
            QCOMPARE(std::stoll(*readFile(dir / (c.name + ".count"))), parameters);
            const std::string printed = *readFile(dir / (c.name + ".printed"));
            QVERIFY2(printed.starts_with(std::to_string(parameters) + " parameters\n"), printed.c_str());
        }
        qInfo("%zu programs on %s, largest difference %.1e", all.size(), qPrintable(runner->name), worst);
    }
};

QTEST_GUILESS_MAIN(TstPythonCode)
#include "tst_python_code.moc"
