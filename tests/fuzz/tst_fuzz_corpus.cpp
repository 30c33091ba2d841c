// Feeds every fuzz program seeded mutations of valid inputs for a minute of processor time in all, or
// LEMNOS_FUZZ_SECONDS: the same ones every time, in every build, as far as that goes.
#include <QTest>
#include <ctime>
#include <nlohmann/json.hpp>
#include <random>

#include "model/data/cache_file.h"
#include "model/data/image.h"
#include "model/data/project_file.h"
#include "model/data/write_back.h"
#include "model/exchange/safetensors.h"
#include "model/lan/identity.h"
#include "model/lan/sharing_settings.h"
#include "model/train/event.h"
#include "model/train/run_spec.h"
#include "tests/fuzz/seeds.h"

extern "C" {
int fuzz_safetensors(const std::uint8_t* data, std::size_t size);
int fuzz_graph(const std::uint8_t* data, std::size_t size);
int fuzz_run_spec(const std::uint8_t* data, std::size_t size);
int fuzz_event(const std::uint8_t* data, std::size_t size);
int fuzz_sweep(const std::uint8_t* data, std::size_t size);
int fuzz_image(const std::uint8_t* data, std::size_t size);
int fuzz_splits(const std::uint8_t* data, std::size_t size);
int fuzz_project(const std::uint8_t* data, std::size_t size);
int fuzz_list(const std::uint8_t* data, std::size_t size);
int fuzz_journal(const std::uint8_t* data, std::size_t size);
int fuzz_cache(const std::uint8_t* data, std::size_t size);
int fuzz_wire(const std::uint8_t* data, std::size_t size);
int fuzz_hiring(const std::uint8_t* data, std::size_t size);
int fuzz_sharing(const std::uint8_t* data, std::size_t size);
int fuzz_advice(const std::uint8_t* data, std::size_t size);
}

class TstFuzzCorpus : public QObject {
    Q_OBJECT

  private slots:
    void everySeedIsValid();
    void mutationsNeverBreakAParser_data();
    void mutationsNeverBreakAParser();
};

namespace {

using Target = int (*)(const std::uint8_t*, std::size_t);

const std::map<std::string, Target> targets = {
    {"fuzz_safetensors", fuzz_safetensors},
    {"fuzz_graph", fuzz_graph},
    {"fuzz_run_spec", fuzz_run_spec},
    {"fuzz_event", fuzz_event},
    {"fuzz_sweep", fuzz_sweep},
    {"fuzz_image", fuzz_image},
    {"fuzz_splits", fuzz_splits},
    {"fuzz_project", fuzz_project},
    {"fuzz_list", fuzz_list},
    {"fuzz_journal", fuzz_journal},
    {"fuzz_cache", fuzz_cache},
    {"fuzz_wire", fuzz_wire},
    {"fuzz_hiring", fuzz_hiring},
    {"fuzz_sharing", fuzz_sharing},
    {"fuzz_advice", fuzz_advice},
};

constexpr int leastRounds = 5000;

/// Of processor time for each program, so that a busy machine tries as much as an idle one.
double secondsEach() {
    const double all =
        qEnvironmentVariableIsSet("LEMNOS_FUZZ_SECONDS") ? qEnvironmentVariableIntValue("LEMNOS_FUZZ_SECONDS") : 60;
    return all / static_cast<double>(targets.size());
}

/// What text parsers stumble over.
const std::vector<std::string> tokens = {"null",    "-1",   "1e999", "18446744073709551616", "\"\"", "[]", "{}",
                                         "\\u0000", "\xff", "\n"};

/// One change; a few of them in a row make an input that is neither valid nor plainly broken.
void mutate(std::string& input, const std::vector<std::string>& seeds, std::mt19937& random) {
    const auto below = [&](std::size_t n) { return n == 0 ? std::size_t{0} : random() % n; };
    const std::size_t at = below(input.size());
    switch (random() % 7) {
        case 0:
            if (!input.empty()) input[at] = static_cast<char>(input[at] ^ (1 << (random() % 8)));
            break;
        case 1:
            if (!input.empty()) input[at] = static_cast<char>(random());
            break;
        case 2:
            input.insert(at, 1 + below(4), static_cast<char>(random()));
            break;
        case 3:
            input.erase(at, 1 + below(8));
            break;
        case 4:
            input.resize(at);
            break;
        case 5: {
            const std::string& other = seeds[below(seeds.size())];
            input = input.substr(0, at) + other.substr(below(other.size()));
            break;
        }
        default:
            input.insert(at, tokens[below(tokens.size())]);
    }
}

}  // namespace

void TstFuzzCorpus::everySeedIsValid() {
    // Mutations of what was refused at once would test nothing.
    const std::map<std::string, std::vector<std::string>> seeds = lemnos::test::fuzzSeeds();
    QCOMPARE(seeds.size(), targets.size());
    const auto json = [](const std::string& text) { return nlohmann::json::parse(text); };
    for (const std::string& seed : seeds.at("fuzz_safetensors")) QVERIFY(lemnos::parseSafetensors(seed).ok());
    for (const std::string& seed : seeds.at("fuzz_graph")) QVERIFY(lemnos::graphFromJson(json(seed)).ok());
    for (const std::string& seed : seeds.at("fuzz_run_spec")) QVERIFY(lemnos::runSpecFromJson(json(seed)).ok());
    for (const std::string& seed : seeds.at("fuzz_event")) QVERIFY(lemnos::eventFromLine(seed).ok());
    for (const std::string& seed : seeds.at("fuzz_image")) {
        QVERIFY(lemnos::decodeImage({reinterpret_cast<const std::uint8_t*>(seed.data()), seed.size()}).ok());
    }
    QVERIFY(!seeds.at("fuzz_splits").empty() && !seeds.at("fuzz_list").empty());
    for (const std::string& seed : seeds.at("fuzz_project")) QVERIFY(lemnos::projectFromText(seed, "/").ok());
    for (const std::string& seed : seeds.at("fuzz_cache")) {
        QVERIFY(lemnos::CacheView::of({reinterpret_cast<const std::uint8_t*>(seed.data()), seed.size()}, 7, 12));
    }
    QCOMPARE(seeds.at("fuzz_wire").size(), std::size_t(7));  // tst_wire has what is to be accepted
    for (const std::string& seed : seeds.at("fuzz_sharing"))
        QVERIFY(lemnos::TrustedPeers::fromText(seed).ok() || lemnos::sharingFromText(seed).ok());
    for (const std::string& seed : seeds.at("fuzz_journal")) QVERIFY(lemnos::journalFromText(seed).ok());
}

void TstFuzzCorpus::mutationsNeverBreakAParser_data() {
    QTest::addColumn<QString>("name");
    for (const auto& [name, target] : targets) QTest::addRow("%s", name.c_str()) << QString::fromStdString(name);
}

void TstFuzzCorpus::mutationsNeverBreakAParser() {
    QFETCH(QString, name);
    const Target target = targets.at(name.toStdString());
    const std::vector<std::string> seeds = lemnos::test::fuzzSeeds().at(name.toStdString());
    const auto feed = [&](const std::string& input) {
        return target(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    };
    for (const std::string& seed : seeds) QCOMPARE(feed(seed), 0);
    std::mt19937 random(20);
    const std::clock_t end = std::clock() + static_cast<std::clock_t>(secondsEach() * CLOCKS_PER_SEC);
    long round = 0;
    for (; round < leastRounds || std::clock() < end; ++round) {
        std::string input = seeds[static_cast<std::size_t>(round) % seeds.size()];
        for (unsigned i = 0; i <= random() % 4; ++i) mutate(input, seeds, random);
        QCOMPARE(feed(input), 0);
    }
    qInfo("%ld inputs", round);
}

QTEST_GUILESS_MAIN(TstFuzzCorpus)
#include "tst_fuzz_corpus.moc"
