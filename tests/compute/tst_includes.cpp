// The include rules of docs/architecture.md: which folder may include what, checked file by file.
#include <QTest>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <set>

namespace fs = std::filesystem;

namespace {

struct Include {
    std::string file;  ///< relative to the source folder
    std::string name;  ///< what stands between quotes or angle brackets
    bool quoted = false;
};

bool begins(const std::string& text, std::string_view prefix) {
    return text.starts_with(prefix);
}

std::vector<Include> includesOf(const fs::path& root, const std::string& file) {
    static const std::regex directive(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
    std::ifstream stream(root / file);
    std::vector<Include> includes;
    std::smatch match;
    for (std::string line; std::getline(stream, line);) {
        if (std::regex_match(line, match, directive)) includes.push_back({file, match[2], match[1] == "\""});
    }
    return includes;
}

std::vector<Include> allIncludes(const fs::path& root) {
    std::vector<Include> all;
    for (const char* folder : {"compute", "model", "app", "tests"}) {
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
            const std::string extension = entry.path().extension().string();
            if (extension != ".h" && extension != ".cpp") continue;
            const std::vector<Include> some = includesOf(root, entry.path().lexically_relative(root).generic_string());
            all.insert(all.end(), some.begin(), some.end());
        }
    }
    return all;
}

bool isOurs(const Include& i) {
    return i.quoted || begins(i.name, "compute/") || begins(i.name, "model/") || begins(i.name, "app/");
}
bool isQt(const Include& i) {
    return std::regex_match(i.name, std::regex("Q[A-Za-z].*|qcustomplot.h"));
}
bool isOpenCv(const Include& i) {
    return begins(i.name, "opencv");
}
bool isStandard(const Include& i) {
    // No extension: the C++ library. The headers of POSIX and C that are needed where it has nothing of the kind.
    return !i.quoted &&
           (i.name.find_first_of("./") == std::string::npos ? !isQt(i)
                                                            : !begins(i.name, "opencv") && i.name.ends_with(".h"));
}
bool isIn(const Include& i, std::initializer_list<std::string_view> folders) {
    for (const std::string_view folder : folders) {
        if (begins(i.file, folder)) return true;
    }
    return false;
}

}  // namespace

class TstIncludes : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase();
    void computeIncludesOnlyStdVulkanOneDnnAndItself();
    void layersGraphAndOptimizersNeedNeitherQtNorOpenCv();
    void openCvIsIncludedOnlyWherePicturesAndOnnxAreHandled();
    void theModelIncludesNoQt();
    void theCommandLineIncludesNoQt();
    void theWindowDoesNotKnowDevices();
    void nothingIncludesTheProgramsButThemselves();
    void theModelDoesNotIncludeWhatIsBuiltOnIt();
    void ourHeadersAreIncludedByTheirFullPath();

  private:
    using Rule = std::function<bool(const Include&)>;
    /// One line per include that `applies` picks and `allowed` refuses.
    QString broken(const Rule& applies, const Rule& allowed) const;

    const fs::path m_root = LEMNOS_SOURCE_DIR;
    std::vector<Include> m_includes;
};

void TstIncludes::initTestCase() {
    m_includes = allIncludes(m_root);
    QVERIFY(m_includes.size() > 300);
}

QString TstIncludes::broken(const Rule& applies, const Rule& allowed) const {
    QString report;
    for (const Include& include : m_includes) {
        if (applies(include) && !allowed(include)) {
            report += QString::fromStdString("\n" + include.file + " includes " + include.name);
        }
    }
    return report;
}

void TstIncludes::computeIncludesOnlyStdVulkanOneDnnAndItself() {
    QCOMPARE(broken([](const Include& i) { return isIn(i, {"compute/"}); },
                    [](const Include& i) {
                        return begins(i.name, "compute/") || begins(i.name, "vulkan/") ||
                               begins(i.name, "oneapi/dnnl/") || isStandard(i);
                    }),
             QString());
}

void TstIncludes::layersGraphAndOptimizersNeedNeitherQtNorOpenCv() {
    const auto allowed = [](const Include& i) {
        // What a batch is, plain std, is what graph and data agree on.
        if (i.name == "model/data/batch.h") return true;
        return !isQt(i) && !isOpenCv(i) && !begins(i.name, "model/data/") && !begins(i.name, "model/train/") &&
               !begins(i.name, "model/transforms/");
    };
    QCOMPARE(broken(
                 [](const Include& i) {
                     return isIn(i, {"model/layers/", "model/graph/", "model/optimizers/", "model/schedules/"});
                 },
                 allowed),
             QString());
}

void TstIncludes::openCvIsIncludedOnlyWherePicturesAndOnnxAreHandled() {
    QCOMPARE(broken(isOpenCv,
                    [](const Include& i) {
                        return isIn(i, {"model/data/", "model/transforms/", "model/exchange/", "tests/"});
                    }),
             QString());
}

void TstIncludes::theModelIncludesNoQt() {
    QCOMPARE(broken(isQt, [](const Include& i) { return !isIn(i, {"model/", "compute/"}); }), QString());
}

void TstIncludes::theCommandLineIncludesNoQt() {
    QCOMPARE(broken(isQt, [](const Include& i) { return !isIn(i, {"app/cli/"}); }), QString());
}

void TstIncludes::theWindowDoesNotKnowDevices() {
    const std::set<std::string> plain = {"compute/result.h", "compute/shape.h"};
    QCOMPARE(broken([](const Include& i) { return isIn(i, {"app/gui/"}) && begins(i.name, "compute/"); },
                    [&](const Include& i) { return plain.contains(i.name); }),
             QString());
}

void TstIncludes::nothingIncludesTheProgramsButThemselves() {
    QCOMPARE(broken([](const Include& i) { return begins(i.name, "app/"); },
                    [](const Include& i) {
                        return isIn(i, {"app/", "tests/"});
                    }),
             QString());
}

void TstIncludes::theModelDoesNotIncludeWhatIsBuiltOnIt() {
    QCOMPARE(broken(
                 [](const Include& i) {
                     return isIn(i, {"model/data/", "model/transforms/"});
                 },
                 [](const Include& i) {
                     return !begins(i.name, "model/train/") && !begins(i.name, "model/graph/") &&
                            !begins(i.name, "model/exchange/");
                 }),
             QString());
}

void TstIncludes::ourHeadersAreIncludedByTheirFullPath() {
    QCOMPARE(broken([](const Include& i) { return isOurs(i) && !i.name.ends_with(".moc"); },
                    [&](const Include& i) { return i.quoted && fs::exists(m_root / i.name); }),
             QString());
}

QTEST_GUILESS_MAIN(TstIncludes)
#include "tst_includes.moc"
