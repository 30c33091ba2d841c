// RunDetails: what is known and said about one run, and how it differs from another.
#pragma once

#include <QThreadPool>
#include <QTimer>
#include <QWidget>
#include <optional>

#include "model/train/run_summary.h"

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace lemnos {

class DifferenceModel;

class RunDetails : public QWidget {
    Q_OBJECT

  public:
    explicit RunDetails(QWidget* parent = nullptr);
    ~RunDetails() override;
    /// Nothing: no run is chosen. What was typed about the one before is saved.
    void show(const std::optional<RunSummary>& run);
    /// The first two ticked runs; fewer are not compared.
    void compare(const std::vector<RunSummary>& ticked);

  signals:
    void notesChanged();
    void failed(const QString& sentence);
    void extendRequested(const std::filesystem::path& run, qint64 epochs);
    void reproduceRequested(const std::filesystem::path& run);
    void discardRequested(const std::filesystem::path& run);

  private:
    QWidget* makeAbout();
    void save();

    void showDifferences(const QStringList& names, const Result<std::vector<SpecDifference>>& found);

    std::optional<RunSummary> m_run;
    QThreadPool m_pool;    ///< one thread: what is read and written stays in order
    int m_comparison = 0;  ///< number of the latest
    QTimer m_saving;       ///< notes are saved when the typing has stopped for a moment
    QStackedWidget* m_states;
    QLabel *m_name, *m_facts;
    QPushButton* m_extend;
    QLineEdit* m_tags;
    QPlainTextEdit* m_notes;
    QLabel* m_compared;
    QTableView* m_table;
    DifferenceModel* m_differences;
};

}  // namespace lemnos
