// Errors that can be translated: what their sentences are made of is found again, here and in another process.
#include <QTest>
#include <nlohmann/json.hpp>

#include "model/data/image.h"
#include "model/graph/plan.h"
#include "model/param.h"
#include "model/phrase_json.h"
#include "model/phrased_error.h"
#include "model/templates/template.h"
#include "model/train/event.h"

using namespace lemnos;

namespace {

/// A language in which every text stands in angle brackets, so that what is not translated is seen.
std::string inOtherLanguage(const std::string& sentence) {
    return worded(phraseOf(sentence), [](const std::string& text) { return "<" + text + ">"; });
}

std::string reasonOf(std::string_view bytes) {
    const auto image = decodeImage({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    return image ? "it can be read" : image.error().message;
}

}  // namespace

class TstPhrasedError : public QObject {
    Q_OBJECT

  private slots:
    void aSentenceLeadsBackToWhatItWasMadeOf() {
        const Error error = phrasedError({"%1 is not %2.", {Phrase::name("%2"), {"there"}}}, "here");
        QCOMPARE(error.message, std::string("%2 is not there."));
        QCOMPARE(error.where, std::string("here"));
        QCOMPARE(inOtherLanguage(error.message), std::string("<%2 is not <there>.>"));
        // Any other sentence may be a text of its own.
        QCOMPARE(inOtherLanguage("Cancelled."), std::string("<Cancelled.>"));
    }

    void manyErrorsAreForgottenRatherThanKept() {
        const auto sentence = [](int i) { return phrasedError({"No %1.", {Phrase::name(std::to_string(i))}}).message; };
        for (int i = 0; i < 30'000; ++i) (void)sentence(i);
        QCOMPARE(inOtherLanguage("No 0."), std::string("<No 0.>"));
        QCOMPARE(inOtherLanguage(sentence(29'999)), std::string("<No 29999.>"));
    }

    void whatIsWrongWithANetworkIsTranslatedAroundItsNames() {
        Graph graph = *graphFromTemplate("linear", {8, 8, 3});
        std::erase_if(graph.layers, [](const LayerSpec& layer) { return layer.type == "flatten"; });
        const auto plan = makePlan(graph, {{8, 8, 3}, 10, 32});
        QVERIFY(!plan);
        const std::string name = graph.layers[1].name, shape = Shape{8, 8, 3}.toString();
        QCOMPARE(inOtherLanguage(plan.error().message), "<dense '" + name + "': <needs a list of numbers but gets " +
                                                            shape + "; put a flatten layer before it>.>");
        graph.layers[1].params["units"] = std::int64_t{-7};
        const auto wrong = makePlan(graph, {{8, 8, 3}, 10, 32});
        QVERIFY(!wrong);
        QVERIFY2(inOtherLanguage(wrong.error().message).starts_with("<dense '" + name + "': <'units' must be "),
                 wrong.error().message.c_str());
    }

    void aPictureThatCantBeReadHasAReasonInAnyLanguage() {
        using namespace std::string_view_literals;
        QCOMPARE(inOtherLanguage(reasonOf("GIF89a"sv)),
                 std::string("<It is <a GIF picture>, which can't be read yet. Save it as PNG or JPEG.>"));
        QCOMPARE(inOtherLanguage(reasonOf("\xff\xd8\xff"sv)),
                 std::string("<The JPEG file is damaged or cut off. Copy it again from where it came, or delete it.>"));
        QVERIFY(inOtherLanguage(reasonOf("")).starts_with("<The file is empty."));
    }

    void aPhraseSurvivesJson() {
        const Phrase phrase{"%1: %2", {Phrase::name("a \"name\""), {"It is %1.", {{"a web page"}}}}};
        const auto back = phraseFromJson(toJson(phrase));
        QVERIFY(back);
        QCOMPARE(toJson(*back).dump(), toJson(phrase).dump());
        QCOMPARE(worded(*back), std::string("a \"name\": It is a web page."));
        QVERIFY(back->parts[0].isName && !back->parts[1].parts[0].isName);
        nlohmann::json deep = "x";
        for (int i = 0; i < 1000; ++i) deep = {{"text", "%1"}, {"parts", {deep}}};
        const nlohmann::json many{{"text", "%1"}, {"parts", std::vector<std::string>(10, "x")}};
        for (const nlohmann::json& wrong :
             {deep, many, nlohmann::json(7), nlohmann::json::object(), nlohmann::json{{"name", 1}},
              nlohmann::json{{"text", "x"}}, nlohmann::json{{"text", "%1"}, {"parts", {7}}}})
            QVERIFY2(!phraseFromJson(wrong), wrong.dump().substr(0, 80).c_str());
    }

    void anotherProcessFindsWhatARunTellsOnItsWay() {
        const std::string sentence =
            phrasedError({"Waiting for %1: %2", {Phrase::name("'Anna'"), {"it has not answered yet."}}}).message;
        for (const Event& event :
             {Event{1, PhaseEvent{sentence, 1, 2}}, Event{1, LogEvent{LogEvent::Level::warning, sentence}}}) {
            std::string line = toLine(event);
            QVERIFY(nlohmann::json::parse(line).contains("phrase"));
            // As another process would have written it, of whose sentences this one knows nothing yet.
            line.replace(line.find("Anna"), 4, "Berta");
            line.replace(line.rfind("Anna"), 4, "Berta");
            const auto back = eventFromLine(line);
            QVERIFY(back.ok());
            const auto* phase = std::get_if<PhaseEvent>(&back->what);
            QCOMPARE(inOtherLanguage(phase ? phase->text : std::get<LogEvent>(back->what).text),
                     std::string("<Waiting for 'Berta': <it has not answered yet.>>"));
        }
    }

    void anotherProcessFindsWhatARunHasFailedBy() {
        // As another process has written it.
        const auto event = eventFromLine(
            R"({"event":"failed","time":1,"message":"Nothing of 7 works.","phrase":{"text":"Nothing of %1 works.",)"
            R"("parts":[{"name":"7"}]}})");
        QVERIFY(event.ok());
        const auto& failed = std::get<FailedEvent>(event->what);
        QCOMPARE(failed.message, std::string("Nothing of 7 works."));
        QCOMPARE(worded(phraseOf(failed.message), [](const std::string& text) { return "Es heißt: " + text; }),
                 std::string("Es heißt: Nothing of 7 works."));
        QCOMPARE(nlohmann::json::parse(toLine(*event))["phrase"]["text"].get<std::string>(),
                 std::string("Nothing of %1 works."));
        // A message without gaps needs nothing beside it, and nonsense does no harm.
        QVERIFY(!nlohmann::json::parse(toLine({1, FailedEvent{"The device was lost."}})).contains("phrase"));
        QVERIFY(eventFromLine(R"({"event":"failed","time":1,"message":"x","phrase":[1]})").ok());
    }
};

QTEST_GUILESS_MAIN(TstPhrasedError)
#include "tst_phrased_error.moc"
