// WriteBackDialog: shows which files would move so that the folders say what the edits say, and moves them.
#pragma once

#include <QDialog>
#include <filesystem>
#include <memory>

#include "model/data/write_back.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QTableView;

namespace lemnos {

class MoveModel;

class WriteBackDialog : public QDialog {
    Q_OBJECT

  public:
    /// Of a project as it is saved in `file`, and its index with the edits.
    WriteBackDialog(ProjectFile project, std::filesystem::path file, std::shared_ptr<const DatasetIndex> index,
                    QWidget* parent);

  signals:
    /// The files are where the edits said; the project on the disk has these edits no more.
    void written(qint64 files);

  private:
    void plan();
    void write();
    void show(const QString& sentence, bool busy);
    void take(const Result<std::vector<FileMove>>& moves);

    const ProjectFile m_project;
    const std::filesystem::path m_file;
    const std::shared_ptr<const DatasetIndex> m_index;
    MoveModel* m_moves;
    QLabel* m_summary;
    QProgressBar* m_bar;
    QTableView* m_table;
    QPushButton* m_write;
    QPushButton* m_close;
};

}  // namespace lemnos
