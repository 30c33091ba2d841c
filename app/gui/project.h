// Project: what the pages of the window share. Pages talk to it, never to each other.
#pragma once

#include <QObject>
#include <QStringList>
#include <QUndoStack>
#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/gui/data_history.h"
#include "model/data/dataset_index.h"
#include "model/graph/plan.h"
#include "model/train/run_spec.h"

namespace lemnos {

struct OptimizerType;
struct ScheduleType;

/// A data set with what the window needs to know of it at once.
struct OpenDataset {
    std::shared_ptr<const DatasetIndex> index;
    std::vector<std::size_t> classCounts;
    std::size_t train = 0, validation = 0, test = 0;
    std::vector<std::array<std::size_t, 3>> countsByClass;  ///< [class][part]
    CommonSize size;
    double scanSeconds = 0;

    std::shared_ptr<const DatasetIndex> scanned{};  ///< before edits and parts
    SavedSplits sides{};
    /// Set when data was opened, and not when it was edited: where its project is kept, what it holds, and whether the
    /// user opened that file rather than the data.
    std::shared_ptr<const ProjectFile> project{};
    std::filesystem::path file{};
    bool isProject = false;
};
/// Goes through all samples: not for the GUI thread.
OpenDataset openDataset(std::shared_ptr<const DatasetIndex> index, double scanSeconds);

/// The steps of the left rail, from top to bottom.
enum class Step : std::uint8_t { data, model, train, exportModel, runs, machines };
constexpr int stepCount = 6;

/// How far a step is, and the sentence that says what is missing or what there is.
struct Readiness {
    enum class State : std::uint8_t { empty, ready, warning } state = State::empty;
    QString sentence;
};

enum class RunState : std::uint8_t { none, running, finished, failed };

class Project : public QObject {
    Q_OBJECT

  public:
    explicit Project(QObject* parent = nullptr);

    /// Null before a folder was opened.
    const OpenDataset* dataset() const { return m_dataset ? &*m_dataset : nullptr; }
    void setDataset(OpenDataset dataset);
    /// Edits of the data. Changes of them are asked for with edit(), and show when setDataset() brings the result.
    DataHistory& history() { return m_history; }
    /// Why not, or nothing when it was done.
    Status edit(Edit edit);
    /// Several at once, which are undone at once as `what`; all or none.
    Status edit(std::vector<Edit> edits, const QString& what);
    /// Where the project is kept: chosen by the user, or beside the program's other data.
    const std::filesystem::path& file() const { return m_file; }
    bool isNamed() const { return m_named; }
    void setFile(const std::filesystem::path& file);
    /// Everything that is saved.
    ProjectFile toFile() const;
    /// Name of the project file, or folder name of the data, as a title.
    QString name() const;

    /// The size pictures are trained at; 0 means: decide from the data. This, colour and transforms are undone with the
    /// edits of the data.
    void setTrainingSize(int width, int height);
    void setChannels(int channels);
    /// What is done to every picture, and to training pictures by chance, in order. Edits in a row with the same
    /// mergeKey, when not empty, are undone together.
    void editTransforms(std::vector<TransformSpec> preprocess, std::vector<TransformSpec> augment, const QString& what,
                        const QString& mergeKey = {});
    const DataSpec& data() const { return m_data; }
    /// {height, width, channels} after deciding; a guess while there is no data.
    Shape inputShape() const;
    std::int64_t classCount() const;
    QStringList classNames() const;

    const Graph& graph() const { return m_graph; }
    /// An edit that can be undone. Edits in a row with the same mergeKey, when not empty, are undone together.
    void editGraph(Graph graph, const QString& what, const QString& mergeKey = {});
    QUndoStack& undoStack() { return m_undo; }
    /// Shapes and sizes of the graph on this data, or what stops it.
    const PartialPlan& plan() const { return m_plan; }

    const ParamMap& settings() const { return m_settings; }
    void setSettings(const ParamMap& settings);
    const OptimizerType& optimizerType() const;
    const ParamMap& optimizer() const { return m_optimizers.at(std::string(textParam(m_settings, "optimizer"))); }
    void setOptimizer(const ParamMap& params);
    const ScheduleType& scheduleType() const;
    const ParamMap& schedule() const { return m_schedules.at(std::string(textParam(m_settings, "schedule"))); }
    void setSchedule(const ParamMap& params);
    const std::string& device() const { return m_device; }
    void setDevice(const std::string& id);
    /// Names of the PCs that the next runs train with.
    const std::vector<std::string>& peers() const { return m_peers; }
    void setPeers(const std::vector<std::string>& names);
    SplitOptions splitOptions() const;

    /// The order for a run of all this.
    RunSpec spec() const;

    RunState runState() const { return m_runState; }
    /// Folder of the latest run of this window; empty before there is one.
    const std::filesystem::path& runFolder() const { return m_runFolder; }
    void setRun(RunState state, const std::filesystem::path& folder);
    /// Whether the latest run left weights behind.
    bool hasWeights() const { return m_hasWeights; }
    void setHasWeights(bool has);
    void setExported(bool exported);

    Readiness readiness(Step step) const;
    /// Why training can't start, or an empty text.
    QString missingForTraining() const;

  signals:
    void datasetChanged();
    /// Also after undo and redo.
    void graphChanged();
    /// Shapes, sizes or errors changed, whatever the cause.
    void planChanged();
    void settingsChanged();
    /// What an open data set has to be dealt out anew for.
    void splitOptionsChanged();
    void runChanged();

  private:
    class GraphEdit;
    class PictureEdit;
    void editPictures(const DataSpec& after, const QString& what, const QString& mergeKey);
    void applyPictures(const DataSpec& wishes);
    void applyGraph(const Graph& graph);
    void restore(const OpenDataset& opened);
    void fitTemplate();
    void replan();

    std::optional<OpenDataset> m_dataset;
    DataHistory m_history;
    std::filesystem::path m_file;
    bool m_named = false;  ///< the user chose the file
    DataSpec m_data;
    Graph m_graph;
    QUndoStack m_undo;
    PartialPlan m_plan;
    ParamMap m_settings;
    std::map<std::string, ParamMap, std::less<>> m_optimizers, m_schedules;  ///< by name: switching loses nothing
    std::string m_device = "auto";
    std::vector<std::string> m_peers;
    RunState m_runState = RunState::none;
    std::filesystem::path m_runFolder;
    bool m_hasWeights = false, m_exported = false;
};

}  // namespace lemnos
