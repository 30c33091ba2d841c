// applyEdits(): from what was scanned to what the user made of it.
#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include "model/data/edits.h"
#include "model/data/hash.h"

namespace lemnos {

namespace {

std::uint64_t placeHash(std::uint16_t source, std::string_view path) {
    return fnv1a(path) ^ splitMix(source);
}

/// Where the files are that edits name. Built once; a pass over all pictures is cheaper than a table of them.
class Places {
  public:
    Places(const DatasetIndex& index, std::span<const Edit> edits) {
        std::unordered_multimap<std::uint64_t, const FileKey*> wanted;
        for (const Edit& edit : edits) {
            for (const FileKey& key : edit.files) wanted.emplace(placeHash(key.source, key.path), &key);
        }
        if (wanted.empty()) return;
        std::vector<bool> found(index.samples.size());
        for (std::size_t i = 0; i < index.samples.size(); ++i) {
            const Sample& sample = index.samples[i];
            const auto [first, last] = wanted.equal_range(placeHash(sample.source, sample.path));
            for (auto it = first; it != last; ++it) {
                if (it->second->source != sample.source || it->second->path != sample.path) continue;
                m_places[it->second] = i;
                found[i] = true;
            }
        }
        std::unordered_multimap<std::uint64_t, const FileKey*> renamed;
        for (const auto& [hash, key] : wanted) {
            if (key->hash != 0 && !m_places.contains(key)) renamed.emplace(key->hash, key);
        }
        for (std::size_t i = 0; i < index.samples.size() && !renamed.empty(); ++i) {
            if (found[i]) continue;
            const auto [first, last] = renamed.equal_range(index.samples[i].hash);
            for (auto it = first; it != last; ++it) m_places.emplace(it->second, i);
        }
    }

    /// The picture of this key, which must be one of the edits'.
    std::optional<std::size_t> of(const FileKey& key) const {
        const auto found = m_places.find(&key);
        return found == m_places.end() ? std::nullopt : std::optional(found->second);
    }

  private:
    std::unordered_map<const FileKey*, std::size_t> m_places;
};

class Application {
  public:
    Application(DatasetIndex& index, std::span<const Edit> edits)
        : m_index(index),
          m_places(index, edits),
          m_out(index.samples.size()),
          m_meaning(index.classes.size()),
          m_mayBeEmpty(index.classes.size(), true) {
        std::iota(m_meaning.begin(), m_meaning.end(), 0u);
        for (std::size_t i = 0; i < index.problems.size(); ++i)
            m_problems.emplace(std::pair(index.problems[i].source, index.problems[i].path), i);
        m_problemOut.resize(index.problems.size());
        // A class folder without a readable picture is for checkDataset() to tell, as long as the class is not dropped.
        for (const Sample& sample : index.samples) m_mayBeEmpty[sample.label] = false;
    }

    void apply(const Edit& edit) {
        switch (edit.kind) {
            case Edit::Kind::exclude:
            case Edit::Kind::include:
                return setExcluded(edit.files, edit.kind == Edit::Kind::exclude);
            case Edit::Kind::relabel:
                return relabel(edit.files, edit.to);
            case Edit::Kind::assign:
                for (const FileKey& key : edit.files) {
                    if (const auto place = m_places.of(key)) m_index.samples[*place].given = edit.split;
                }
                return;
            case Edit::Kind::excludeClass:
                for (std::size_t i = 0; i < m_out.size(); ++i) {
                    if (className(m_index.samples[i]) == edit.from) m_out[i] = true;
                }
                for (const auto label : labelsOf(edit.from)) m_mayBeEmpty[label] = false;
                return;
            case Edit::Kind::rename:
            case Edit::Kind::merge:
                if (edit.from != edit.to) moveClass(edit.from, edit.to);
                return;
            case Edit::Kind::accept:
                return;  // concerns the doctor only
        }
    }

    void finish() {
        removeExcluded();
        orderClasses();
        m_index.grey = std::ranges::all_of(m_index.samples, &Sample::grey);
        m_index.preSplit = std::ranges::any_of(m_index.samples, [](const Sample& s) { return s.given.has_value(); });
    }

  private:
    /// Name of the class that a picture has by now.
    const std::string& className(const Sample& sample) const { return m_index.classes[m_meaning[sample.label]]; }

    /// The labels that mean this class by now.
    std::vector<std::uint32_t> labelsOf(const std::string& name) const {
        std::vector<std::uint32_t> labels;
        for (std::uint32_t i = 0; i < m_meaning.size(); ++i) {
            if (m_index.classes[m_meaning[i]] == name) labels.push_back(i);
        }
        return labels;
    }

    std::uint32_t labelFor(const std::string& name) {
        const std::vector<std::uint32_t> labels = labelsOf(name);
        if (!labels.empty()) return labels.front();
        m_index.classes.push_back(name);
        m_meaning.push_back(static_cast<std::uint32_t>(m_index.classes.size() - 1));
        m_mayBeEmpty.push_back(false);
        return m_meaning.back();
    }

    void moveClass(const std::string& from, const std::string& to) {
        const std::vector<std::uint32_t> labels = labelsOf(from);
        if (labels.empty()) return;
        const std::uint32_t meaning = m_meaning[labelFor(to)];
        for (const std::uint32_t label : labels) m_meaning[label] = meaning;
        for (const std::uint32_t label : labels) m_mayBeEmpty[label] = false;
    }

    void relabel(const std::vector<FileKey>& files, const std::string& to) {
        const std::uint32_t label = labelFor(to);
        for (const FileKey& key : files) {
            if (const auto place = m_places.of(key)) m_index.samples[*place].label = label;
        }
    }

    void setExcluded(const std::vector<FileKey>& files, bool out) {
        for (const FileKey& key : files) {
            if (const auto place = m_places.of(key)) m_out[*place] = out;
            if (const auto problem = m_problems.find({key.source, key.path}); problem != m_problems.end())
                m_problemOut[problem->second] = out;
        }
    }

    void removeExcluded() {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < m_index.samples.size(); ++i) {
            const Sample& sample = m_index.samples[i];
            if (m_out[i])
                m_index.excluded.push_back({std::string(sample.path), className(sample), sample.source});
            else
                m_index.samples[kept++] = sample;
        }
        m_index.samples.resize(kept);
        std::vector<FileProblem> problems;
        for (std::size_t i = 0; i < m_index.problems.size(); ++i) {
            if (!m_problemOut[i]) {
                problems.push_back(std::move(m_index.problems[i]));
                continue;
            }
            m_index.problems[i].reason.clear();
            m_index.excluded.push_back(std::move(m_index.problems[i]));
        }
        m_index.problems = std::move(problems);
    }

    /// Classes in byte order again, without those that lost their pictures.
    void orderClasses() {
        std::vector<std::size_t> counts(m_index.classes.size());
        for (Sample& sample : m_index.samples) ++counts[sample.label = m_meaning[sample.label]];
        std::map<std::string, std::uint32_t> order;
        for (std::size_t i = 0; i < counts.size(); ++i) {
            if (counts[i] > 0 || m_mayBeEmpty[i]) order.emplace(m_index.classes[i], 0);
        }
        std::vector<std::string> names;
        for (auto& [name, label] : order) {
            label = static_cast<std::uint32_t>(names.size());
            names.push_back(name);
        }
        std::vector<std::uint32_t> labels(counts.size());
        for (std::size_t i = 0; i < counts.size(); ++i) {
            if (counts[i] > 0 || m_mayBeEmpty[i]) labels[i] = order.at(m_index.classes[i]);
        }
        for (Sample& sample : m_index.samples) sample.label = labels[sample.label];
        m_index.classes = std::move(names);
        const auto byPlace = [](const Sample& a, const Sample& b) {
            return std::tie(a.label, a.source, a.path) < std::tie(b.label, b.source, b.path);
        };
        if (!std::ranges::is_sorted(m_index.samples, byPlace)) std::ranges::sort(m_index.samples, byPlace);
    }

    DatasetIndex& m_index;
    const Places m_places;
    std::vector<bool> m_out, m_problemOut;
    std::vector<std::uint32_t> m_meaning;  ///< the class that a label stands for by now
    std::vector<bool> m_mayBeEmpty;        ///< labels that never had a picture, and keep their class nonetheless
    std::map<std::pair<std::uint16_t, std::string>, std::size_t> m_problems;
};

}  // namespace

void applyEdits(DatasetIndex& index, std::span<const Edit> edits) {
    if (edits.empty()) return;
    Application application(index, edits);
    for (const Edit& edit : edits) application.apply(edit);
    application.finish();
}

}  // namespace lemnos
