// WriteBackDialog: planning and moving off the GUI thread.
#include "app/gui/write_back_dialog.h"

#include <QAbstractTableModel>
#include <QHeaderView>
#include <QTableView>
#include <QtConcurrentRun>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/widgets/parts.h"
#include "app/session/qt_path.h"

namespace lemnos {

/// From where to where, relative to the folder of the first source where they are inside it.
class MoveModel : public QAbstractTableModel {
  public:
    MoveModel(std::filesystem::path root, QObject* parent) : QAbstractTableModel(parent), m_root(std::move(root)) {}

    void setMoves(std::vector<FileMove> moves) {
        beginResetModel();
        m_moves = std::move(moves);
        endResetModel();
    }

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_moves.size()); }
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : 2; }
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
        return section == 0 ? WriteBackDialog::tr("File") : WriteBackDialog::tr("Moves to");
    }
    QVariant data(const QModelIndex& index, int role) const override {
        if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) return {};
        const FileMove& move = m_moves[std::size_t(index.row())];
        const std::filesystem::path& path = index.column() == 0 ? move.from : move.to;
        const std::filesystem::path inside = path.lexically_relative(m_root);
        const bool isInside = role == Qt::DisplayRole && !inside.empty() && *inside.begin() != "..";
        return toText(isInside ? inside : path);
    }

  private:
    std::filesystem::path m_root;
    std::vector<FileMove> m_moves;
};

WriteBackDialog::WriteBackDialog(ProjectFile project, std::filesystem::path file,
                                 std::shared_ptr<const DatasetIndex> index, QWidget* parent)
    : QDialog(parent),
      m_project(std::move(project)),
      m_file(std::move(file)),
      m_index(std::move(index)),
      m_moves(new MoveModel(m_index->root, this)),
      m_summary(makeParagraph({})),
      m_bar(makeProgressBar("writeBackProgress", tr("Progress of writing back"))),
      m_table(new QTableView),
      m_write(makeButton("writeBackMove", tr("Move files"), tr("Move the files; it can be undone"), "primary")),
      m_close(makeButton("writeBackClose", tr("Cancel"), tr("Leave all files where they are"))) {
    setObjectName(QStringLiteral("writeBack"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Write edits to the folders"));
    resize(720, 480);
    m_summary->setObjectName(QStringLiteral("writeBackSummary"));
    m_table->setObjectName(QStringLiteral("writeBackTable"));
    m_table->setAccessibleName(tr("Files that move"));
    m_table->setModel(m_moves);
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setWordWrap(false);
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(28);
    m_table->horizontalHeader()->setFixedHeight(32);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_bar, 1);
    foot->addStretch();
    foot->addWidget(m_close);
    foot->addWidget(m_write);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(12);
    layout->addWidget(m_summary);
    layout->addWidget(m_table, 1);
    layout->addLayout(foot);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_write, &QPushButton::clicked, this, &WriteBackDialog::write);
    plan();
}

void WriteBackDialog::show(const QString& sentence, bool busy) {
    m_summary->setText(sentence);
    m_bar->setRange(0, busy ? 0 : 1);
    m_bar->setVisible(busy);
    m_write->setEnabled(!busy && m_moves->rowCount() > 0);
}

void WriteBackDialog::plan() {
    show(tr("Looking at what would move…"), true);
    QtConcurrent::run([project = m_project, index = m_index] {
        return std::make_shared<Result<std::vector<FileMove>>>(plannedMoves(project, *index));
    }).then(this, [this](const std::shared_ptr<Result<std::vector<FileMove>>>& moves) { take(*moves); });
}

void WriteBackDialog::take(const Result<std::vector<FileMove>>& moves) {
    if (!moves) return show(errorText(moves.error()), false);
    m_moves->setMoves(*moves);
    if (moves->empty()) {
        m_close->setText(tr("Close"));
        return show(tr("The folders say what your edits say already."), false);
    }
    m_write->setText(tr("Move %1 files").arg(formatCount(m_moves->rowCount())));
    show(tr("Pictures of another class move to the folder of that class, and excluded ones to a hidden folder "
            "“.excluded”. No file is ever replaced, and the moves can be undone."),
         false);
}

void WriteBackDialog::write() {
    m_close->setEnabled(false);  // half of it would be worse than all of it
    show(tr("Moving files…"), true);
    QtConcurrent::run([project = m_project, file = m_file, index = m_index] {
        return std::make_shared<Result<std::size_t>>(writeBack(file, project, *index));
    }).then(this, [this](const std::shared_ptr<Result<std::size_t>>& count) {
        m_close->setEnabled(true);
        if (!*count) return show(errorText(count->error()), false);
        emit written(qint64(**count));
        accept();
    });
}

}  // namespace lemnos
