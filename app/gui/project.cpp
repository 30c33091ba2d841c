// The state that pages share.
#include "app/gui/project.h"

#include <QUndoCommand>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/session/qt_path.h"
#include "model/data/split_params.h"
#include "model/optimizers/optimizer.h"
#include "model/schedules/schedule.h"
#include "model/templates/template.h"
#include "model/train/run_data.h"

namespace lemnos {

namespace {

ParamMap defaults(const std::vector<Param>& params) {
    ParamMap values;
    for (const Param& param : params) values.emplace(param.key, param.defaultValue);
    return values;
}

}  // namespace

OpenDataset openDataset(std::shared_ptr<const DatasetIndex> index, double scanSeconds) {
    OpenDataset open;
    open.countsByClass = index->countsByClass();
    for (const auto& [train, validation, test] : open.countsByClass) {
        open.classCounts.push_back(train + validation + test);
        open.train += train;
        open.validation += validation;
        open.test += test;
    }
    open.scanSeconds = scanSeconds;
    open.size = commonSize(*index);
    open.index = std::move(index);
    return open;
}

/// One change of the graph: the whole graph before and after, which is small.
class Project::GraphEdit : public QUndoCommand {
  public:
    GraphEdit(Project& project, Graph after, const QString& what, QString mergeKey)
        : QUndoCommand(what),
          m_project(project),
          m_before(project.m_graph),
          m_after(std::move(after)),
          m_mergeKey(std::move(mergeKey)) {}

    void undo() override { m_project.applyGraph(m_before); }
    void redo() override { m_project.applyGraph(m_after); }
    int id() const override { return m_mergeKey.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand* other) override {
        const auto* edit = static_cast<const GraphEdit*>(other);
        if (edit->m_mergeKey != m_mergeKey) return false;
        m_after = edit->m_after;
        return true;
    }

  private:
    Project& m_project;
    Graph m_before, m_after;
    QString m_mergeKey;
};

/// One change of what is done to pictures: their size, their colour and both lists of transforms, before and after.
class Project::PictureEdit : public QUndoCommand {
  public:
    PictureEdit(Project& project, DataSpec after, const QString& what, QString mergeKey)
        : QUndoCommand(what),
          m_project(project),
          m_before(project.m_data),
          m_after(std::move(after)),
          m_mergeKey(std::move(mergeKey)) {}

    void undo() override { m_project.applyPictures(m_before); }
    void redo() override { m_project.applyPictures(m_after); }
    int id() const override { return m_mergeKey.isEmpty() ? -1 : 2; }
    bool mergeWith(const QUndoCommand* other) override {
        const auto* edit = static_cast<const PictureEdit*>(other);
        if (edit->m_mergeKey != m_mergeKey) return false;
        m_after = edit->m_after;
        return true;
    }

  private:
    Project& m_project;
    DataSpec m_before, m_after;
    QString m_mergeKey;
};

Project::Project(QObject* parent) : QObject(parent), m_settings(defaults(runSettings())) {
    for (const OptimizerType* type : optimizerTypes()) m_optimizers.emplace(type->name, defaults(type->params));
    for (const ScheduleType* type : scheduleTypes()) m_schedules.emplace(type->name, defaults(type->params));
    m_graph = *graphFromTemplate("mlp512", inputShape());
    replan();
}

QString Project::name() const {
    if (!m_dataset) return {};
    if (m_named) return toText(m_file.stem());
    const std::filesystem::path& root = m_dataset->index->root;
    return toText(root.has_filename() ? root.filename() : root.parent_path().filename());
}

void Project::setDataset(OpenDataset dataset) {
    if (dataset.project) restore(dataset);
    m_history.setSides(dataset.sides);
    m_data.path = dataset.index->root;
    m_dataset = std::move(dataset);
    fitTemplate();
    emit datasetChanged();
    emit planChanged();
}

/// What the file of other data says. Network and settings only where the user opened a project: who opens a folder
/// brings the network of the window to it.
void Project::restore(const OpenDataset& opened) {
    m_history.reset(*opened.project);
    m_file = opened.file;
    m_named = opened.isProject;
    const nlohmann::json& workspace = opened.project->workspace;
    const auto spec =
        opened.isProject && workspace.is_object() ? runSpecFromJson(workspace) : Result<RunSpec>(Error{"", {}});
    if (spec) {
        m_data = spec->data;
        m_graph = spec->model;
        m_device = spec->device;
        m_settings = spec->settings;
        m_optimizers[textParam(m_settings, "optimizer")] = spec->optimizer;
        m_schedules[textParam(m_settings, "schedule")] = spec->schedule;
        m_undo.clear();
    }
    setSplitParams(m_settings, opened.project->split);
    emit settingsChanged();
    if (spec) applyGraph(m_graph);
}

Status Project::edit(Edit edit) {
    const QString what = editText(edit);
    return this->edit(std::vector<Edit>{std::move(edit)}, what);
}

Status Project::edit(std::vector<Edit> edits, const QString& what) {
    if (!m_dataset) return Error{LEMNOS_TEXT("There is no data yet."), {}};
    for (const Edit& edit : edits) TRY_OK(checkEdit(*m_dataset->index, edit));
    m_history.push(std::move(edits), what);
    return {};
}

void Project::setFile(const std::filesystem::path& file) {
    m_file = file;
    m_named = true;
    emit datasetChanged();
}

ProjectFile Project::toFile() const {
    ProjectFile file = m_history.file();
    if (file.sources.empty() && m_dataset) file.sources = {m_dataset->index->root};
    file.split = splitOptions();
    file.workspace = toJson(spec());
    return file;
}

void Project::setTrainingSize(int width, int height) {
    if (m_data.width == width && m_data.height == height) return;
    DataSpec after = m_data;
    after.width = width;
    after.height = height;
    // A size that is typed is one step, not one for each digit.
    editPictures(after, tr("Change the training size"), QStringLiteral("size"));
}

void Project::setChannels(int channels) {
    if (m_data.channels == channels) return;
    DataSpec after = m_data;
    after.channels = channels;
    editPictures(after, tr("Change the colour"), {});
}

void Project::editTransforms(std::vector<TransformSpec> preprocess, std::vector<TransformSpec> augment,
                             const QString& what, const QString& mergeKey) {
    DataSpec after = m_data;
    after.preprocess = std::move(preprocess);
    after.augment = std::move(augment);
    editPictures(after, what, mergeKey);
}

void Project::editPictures(const DataSpec& after, const QString& what, const QString& mergeKey) {
    m_history.push(std::make_unique<PictureEdit>(*this, after, what, mergeKey));
}

/// The data may have moved since the edit, so that its place is left as it is.
void Project::applyPictures(const DataSpec& wishes) {
    const std::filesystem::path path = m_data.path;
    m_data = wishes;
    m_data.path = path;
    fitTemplate();
    emit planChanged();
}

Shape Project::inputShape() const {
    const Shape picture =
        m_dataset ? trainingShape(m_data, m_dataset->size, m_dataset->index->grey) : trainingShape(m_data, {}, false);
    return featureShape(featuresOf(m_settings), picture);
}

std::int64_t Project::classCount() const {
    return m_dataset ? std::int64_t(m_dataset->index->classes.size()) : 10;
}

QStringList Project::classNames() const {
    QStringList names;
    if (!m_dataset) return names;
    for (const std::string& name : m_dataset->index->classes) names << QString::fromStdString(name);
    return names;
}

void Project::editGraph(Graph graph, const QString& what, const QString& mergeKey) {
    m_undo.push(new GraphEdit(*this, std::move(graph), what, mergeKey));
}

void Project::applyGraph(const Graph& graph) {
    m_graph = graph;
    replan();
    emit graphChanged();
    emit planChanged();
}

/// A template that nobody has changed goes with the size of the pictures.
void Project::fitTemplate() {
    const TemplateType* type = templateOf(m_graph, m_plan.plan.request.input);
    auto graph = type ? graphFromTemplate(type->name, inputShape()) : Result<Graph>(m_graph);
    const bool changed = graph && toJson(*graph) != toJson(m_graph);
    if (changed) m_graph = *std::move(graph);
    replan();
    if (changed) emit graphChanged();
}

void Project::replan() {
    PlanRequest request;
    request.input = inputShape();
    request.classes = classCount();
    const std::int64_t batch = intParam(m_settings, "batch");
    request.batch = batch > 0 ? batch : 128;  // the largest that an automatic batch becomes
    request.recompute = boolParam(m_settings, "recompute");
    if (textParam(m_settings, "precision") == "mixed") request.values = ElementType::float16;
    request.optimizerTensors = int(optimizerType().state.size());
    m_plan = makePartialPlan(m_graph, request);
}

void Project::setSettings(const ParamMap& settings) {
    if (settings == m_settings) return;
    const SplitOptions before = splitOptions();
    m_settings = settings;
    const SplitOptions after = splitOptions();
    fitTemplate();  // features are another input than pixels
    emit settingsChanged();
    emit planChanged();
    if (before == after) return;
    m_history.setSplit(after);
    emit splitOptionsChanged();
}

const OptimizerType& Project::optimizerType() const {
    const OptimizerType* type = findOptimizerType(textParam(m_settings, "optimizer"));
    return type ? *type : *optimizerTypes().front();
}

void Project::setOptimizer(const ParamMap& params) {
    ParamMap& mine = m_optimizers.at(textParam(m_settings, "optimizer"));
    if (mine == params) return;
    mine = params;
    emit settingsChanged();
}

const ScheduleType& Project::scheduleType() const {
    const ScheduleType* type = findScheduleType(textParam(m_settings, "schedule"));
    return type ? *type : *scheduleTypes().front();
}

void Project::setSchedule(const ParamMap& params) {
    ParamMap& mine = m_schedules.at(textParam(m_settings, "schedule"));
    if (mine == params) return;
    mine = params;
    emit settingsChanged();
}

void Project::setDevice(const std::string& id) {
    if (id == m_device) return;
    m_device = id;
    emit settingsChanged();
}

void Project::setPeers(const std::vector<std::string>& names) {
    if (names == m_peers) return;
    m_peers = names;
    emit settingsChanged();
}

SplitOptions Project::splitOptions() const {
    return splitOptionsFrom(m_settings);
}

RunSpec Project::spec() const {
    RunSpec spec;
    spec.data = m_data;
    // The folder says it all unless something was done to the data.
    const ProjectFile& kept = m_history.file();
    if (!m_file.empty() && (m_named || kept.sources.size() > 1 || kept.edits.canUndo())) spec.data.path = m_file;
    spec.model = m_graph;
    spec.settings = m_settings;
    spec.optimizer = optimizer();
    spec.schedule = schedule();
    spec.device = m_device;
    spec.peers = m_peers;
    return spec;
}

void Project::setRun(RunState state, const std::filesystem::path& folder) {
    if (folder != m_runFolder) {
        m_hasWeights = false;
        m_exported = false;
    }
    m_runState = state;
    m_runFolder = folder;
    emit runChanged();
}

void Project::setHasWeights(bool has) {
    if (has == m_hasWeights) return;
    m_hasWeights = has;
    emit runChanged();
}

void Project::setExported(bool exported) {
    m_exported = exported;
    emit runChanged();
}

QString Project::missingForTraining() const {
    if (!m_dataset) return tr("There is no data yet: open a folder of class folders.");
    if (m_plan.error) return tr("The network can't be trained yet: %1").arg(errorText(*m_plan.error));
    return {};
}

Readiness Project::readiness(Step step) const {
    using State = Readiness::State;
    switch (step) {
        case Step::data: {
            if (!m_dataset) return {State::empty, tr("Open a folder of class folders to begin.")};
            const DatasetIndex& index = *m_dataset->index;
            if (!index.problems.empty()) {
                return {State::warning, tr("%n file(s) could not be used.", nullptr, int(index.problems.size()))};
            }
            return {State::ready, tr("%1 pictures in %2 classes.")
                                      .arg(formatCount(std::int64_t(index.samples.size())),
                                           formatCount(std::int64_t(index.classes.size())))};
        }
        case Step::model:
            if (m_graph.layers.empty()) return {State::empty, tr("Choose a template, or add layers.")};
            if (m_plan.error) return {State::warning, errorText(*m_plan.error)};
            return {State::ready, tr("%1 parameters.").arg(formatCount(m_plan.plan.parameters))};
        case Step::train:
            if (m_runState == RunState::failed) return {State::warning, tr("The last run failed.")};
            if (m_runState == RunState::running) return {State::ready, tr("A network is being trained.")};
            if (m_runState == RunState::finished) return {State::ready, tr("The network is trained.")};
            if (const QString missing = missingForTraining(); !missing.isEmpty()) return {State::empty, missing};
            return {State::empty, tr("Everything is ready: press Train.")};
        case Step::exportModel:
            if (!m_hasWeights) return {State::empty, tr("Train a network first.")};
            if (!m_exported) return {State::empty, tr("The trained network can be exported.")};
            return {State::ready, tr("The network is exported.")};
        case Step::runs:
            return {State::empty, tr("All runs, to compare them and to do them again.")};
        case Step::machines:
            if (m_peers.empty()) return {State::empty, tr("Train on several PCs, or lend this one.")};
            return {State::ready, tr("Other PCs that take part: %1.").arg(formatCount(std::int64_t(m_peers.size())))};
    }
    return {};
}

}  // namespace lemnos
