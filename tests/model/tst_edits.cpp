// Edits: what each does, in any order, undone and redone; and as JSON.
#include <QTest>
#include <nlohmann/json.hpp>

#include "model/data/edits.h"

using namespace lemnos;

namespace {

/// cat/0.png, cat/1.png, ..., dog/0.png, ..., owl/0.png, ...: three of each.
DatasetIndex pets() {
    DatasetIndex index;
    index.classes = {"cat", "dog", "owl"};
    for (std::uint32_t label = 0; label < 3; ++label) {
        for (int i = 0; i < 3; ++i) {
            Sample sample;
            sample.path = index.keep(index.classes[label] + "/" + std::to_string(i) + ".png");
            sample.label = label;
            sample.hash = label * 10 + static_cast<std::uint32_t>(i) + 1;
            sample.grey = label != 2;
            index.samples.push_back(sample);
        }
    }
    index.problems = {{"cat/broken.png", "It is empty."}};
    return index;
}

FileKey key(const std::string& path, std::uint64_t hash = 0) {
    return {0, path, hash};
}

std::string labelOf(const DatasetIndex& index, std::string_view path) {
    for (const Sample& sample : index.samples) {
        if (sample.path == path) return index.classes[sample.label];
    }
    return "absent";
}

DatasetIndex after(const std::vector<Edit>& edits) {
    DatasetIndex index = pets();
    applyEdits(index, edits);
    return index;
}

using Kind = Edit::Kind;

}  // namespace

class TstEdits : public QObject {
    Q_OBJECT

  private slots:
    void noEditsChangeNothing() { QCOMPARE(after({}).samples.size(), std::size_t{9}); }

    void excludedPicturesAreListedApart() {
        const DatasetIndex index = after({{.kind = Kind::exclude, .files = {key("dog/1.png"), key("cat/broken.png")}}});
        QCOMPARE(index.samples.size(), std::size_t{8});
        QVERIFY(index.problems.empty());
        QCOMPARE(index.excluded.size(), std::size_t{2});
        QCOMPARE(index.excluded[0].path, std::string("dog/1.png"));
        QCOMPARE(index.excluded[0].reason, std::string("dog"));
    }

    void includingBringsBack() {
        const DatasetIndex index = after({{.kind = Kind::exclude, .files = {key("dog/1.png"), key("dog/2.png")}},
                                          {.kind = Kind::include, .files = {key("dog/2.png")}}});
        QCOMPARE(labelOf(index, "dog/1.png"), std::string("absent"));
        QCOMPARE(labelOf(index, "dog/2.png"), std::string("dog"));
    }

    void relabellingKeepsPicturesInOrderOfTheirClass() {
        const DatasetIndex index = after({{.kind = Kind::relabel, .files = {key("owl/1.png")}, .to = "cat"}});
        QCOMPARE(labelOf(index, "owl/1.png"), std::string("cat"));
        QVERIFY(std::ranges::is_sorted(index.samples, {}, &Sample::label));
        QVERIFY(index.classes == (std::vector<std::string>{"cat", "dog", "owl"}));
    }

    void relabellingMayMakeAClassAndEmptyAnother() {
        const DatasetIndex index = after(
            {{.kind = Kind::relabel, .files = {key("owl/0.png"), key("owl/1.png"), key("owl/2.png")}, .to = "bird"}});
        QVERIFY(index.classes == (std::vector<std::string>{"bird", "cat", "dog"}));
        QCOMPARE(index.samples.front().path, std::string_view("owl/0.png"));
    }

    void renamedClassesSortAgain() {
        const DatasetIndex index = after({{.kind = Kind::rename, .from = "cat", .to = "tiger"}});
        QVERIFY(index.classes == (std::vector<std::string>{"dog", "owl", "tiger"}));
        QCOMPARE(labelOf(index, "cat/0.png"), std::string("tiger"));
    }

    void mergedClassesBecomeOne() {
        const DatasetIndex index = after(
            {{.kind = Kind::merge, .from = "owl", .to = "dog"}, {.kind = Kind::rename, .from = "dog", .to = "animal"}});
        QVERIFY(index.classes == (std::vector<std::string>{"animal", "cat"}));
        QCOMPARE(labelOf(index, "owl/2.png"), std::string("animal"));
        QCOMPARE(index.classCounts()[0], std::size_t{6});
    }

    void aNameMayBeUsedAgain() {
        const DatasetIndex index = after(
            {{.kind = Kind::rename, .from = "cat", .to = "tiger"}, {.kind = Kind::rename, .from = "dog", .to = "cat"}});
        QVERIFY(index.classes == (std::vector<std::string>{"cat", "owl", "tiger"}));
        QCOMPARE(labelOf(index, "dog/0.png"), std::string("cat"));
        QCOMPARE(labelOf(index, "cat/0.png"), std::string("tiger"));
    }

    void anExcludedClassGoesWithItsPictures() {
        const DatasetIndex index = after({{.kind = Kind::excludeClass, .from = "owl"}});
        QVERIFY(index.classes == (std::vector<std::string>{"cat", "dog"}));
        QCOMPARE(index.excluded.size(), std::size_t{3});
        QVERIFY(index.grey);  // only owls had colour
    }

    void anAssignedPartIsKeptByTheDealing() {
        DatasetIndex index =
            after({{.kind = Kind::assign, .files = {key("cat/0.png"), key("dog/0.png")}, .split = Split::test}});
        assignSplits(index, {.validationShare = 0, .testShare = 0});
        QCOMPARE(index.count(Split::test), std::size_t{2});
        QCOMPARE(index.count(Split::train), std::size_t{7});
    }

    void anEditFollowsARenamedFile() {
        const DatasetIndex index = after({{.kind = Kind::exclude, .files = {key("cat/old name.png", 2)}}});
        QCOMPARE(labelOf(index, "cat/1.png"), std::string("absent"));
        // A path that is there counts more than content.
        const DatasetIndex other = after({{.kind = Kind::exclude, .files = {key("cat/0.png", 2)}}});
        QCOMPARE(labelOf(other, "cat/0.png"), std::string("absent"));
        QCOMPARE(labelOf(other, "cat/1.png"), std::string("cat"));
    }

    void whatIsGoneIsPassedOver() {
        const DatasetIndex index = after({{.kind = Kind::exclude, .files = {key("gone.png", 99)}},
                                          {.kind = Kind::rename, .from = "gone", .to = "still gone"},
                                          {.kind = Kind::merge, .from = "gone", .to = "cat"}});
        QCOMPARE(index.samples.size(), std::size_t{9});
        QCOMPARE(index.classes.size(), std::size_t{3});
    }

    void nonsenseIsRefused_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::newRow("rename of nothing") << int(Kind::rename) << "ant"
                                           << "bee";
        QTest::newRow("rename to another class") << int(Kind::rename) << "cat"
                                                 << "dog";
        QTest::newRow("rename to nothing") << int(Kind::rename) << "cat"
                                           << "";
        QTest::newRow("rename to a path") << int(Kind::rename) << "cat"
                                          << "a/b";
        QTest::newRow("rename to the folder above") << int(Kind::rename) << "cat"
                                                    << "..";
        QTest::newRow("merge into nothing") << int(Kind::merge) << "cat"
                                            << "ant";
        QTest::newRow("merge into itself") << int(Kind::merge) << "cat"
                                           << "cat";
        QTest::newRow("exclusion of nothing") << int(Kind::excludeClass) << "ant"
                                              << "";
        QTest::newRow("no files") << int(Kind::exclude) << ""
                                  << "";
    }
    void nonsenseIsRefused() {
        QFETCH(int, kind);
        QFETCH(QString, from);
        QFETCH(QString, to);
        const Status status =
            checkEdit(pets(), {.kind = Kind(kind), .from = from.toStdString(), .to = to.toStdString()});
        QVERIFY(!status.ok());
        QVERIFY(status.error().message.ends_with("."));
    }

    void everyKindGoesThroughJson_data() {
        QTest::addColumn<int>("kind");
        for (int kind = 0; kind <= int(Kind::accept); ++kind)
            QTest::newRow(std::string(toString(Kind(kind))).c_str()) << kind;
    }
    void everyKindGoesThroughJson() {
        QFETCH(int, kind);
        Edit edit{.kind = Kind(kind)};
        using enum Edit::Kind;
        if (edit.kind == rename || edit.kind == merge || edit.kind == relabel) edit.to = "caf\u00e9";
        if (edit.kind == rename || edit.kind == merge || edit.kind == excludeClass || edit.kind == accept)
            edit.from = "cat";
        if (edit.kind == assign) edit.split = Split::validation;
        if (edit.kind != rename && edit.kind != merge && edit.kind != excludeClass)
            edit.files = {{3, "a/\xff.png", 0xfedcba9876543210}, {0, "b.png", 0}};
        const auto back = editFromJson(nlohmann::json::parse(toJson(edit).dump()));
        QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
        QVERIFY(*back == edit);
        QVERIFY(!describe(edit).empty());
    }

    void historyGoesBackAndForth() {
        EditHistory history;
        history.push({.kind = Kind::rename, .from = "a", .to = "b"});
        history.push({.kind = Kind::rename, .from = "b", .to = "c"});
        history.undo();
        QCOMPARE(history.done().size(), std::size_t{1});
        QCOMPARE(history.undone().front().to, std::string("c"));
        history.redo();
        QCOMPARE(history.done().size(), std::size_t{2});
        history.undo();
        history.push({.kind = Kind::rename, .from = "b", .to = "d"});
        QVERIFY(!history.canRedo());
        QCOMPARE(history.done().back().to, std::string("d"));
        history.undo();
        history.undo();
        history.undo();
        QVERIFY(!history.canUndo() && history.canRedo());
    }
};

QTEST_GUILESS_MAIN(TstEdits)
#include "tst_edits.moc"
