// The real dialogs.
#include "app/gui/outside.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileDialog>
#include <QInputDialog>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>

#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Dialogs)
};

Dialogs::Quit askQuitWhileTraining(QWidget* parent) {
    QMessageBox box(QMessageBox::Question, Texts::tr("Training is going on"), Texts::tr("A network is being trained."),
                    QMessageBox::Cancel, parent);
    box.setInformativeText(
        Texts::tr("It can train on without the window, which finds it at the next start; or stop with a checkpoint, so "
                  "that it can be resumed later."));
    QPushButton* stop = box.addButton(Texts::tr("Stop and quit"), QMessageBox::DestructiveRole);
    QPushButton* leave = box.addButton(Texts::tr("Train on and quit"), QMessageBox::AcceptRole);
    box.setDefaultButton(leave);
    box.exec();
    return box.clickedButton() == stop    ? Dialogs::Quit::stopRun
           : box.clickedButton() == leave ? Dialogs::Quit::leaveRun
                                          : Dialogs::Quit::cancel;
}

std::optional<QString> askForText(QWidget* parent, const QString& title, const QString& label,
                                  const QStringList& choices, const QString& current, bool free) {
    bool accepted = false;
    const QString text =
        choices.isEmpty()
            ? QInputDialog::getText(parent, title, label, QLineEdit::Normal, current, &accepted)
            : QInputDialog::getItem(parent, title, label, choices, int(choices.indexOf(current)), free, &accepted);
    return accepted ? std::optional(text) : std::nullopt;
}

bool askToConfirm(QWidget* parent, const QString& title, const QString& question, const QString& yes) {
    QMessageBox box(QMessageBox::Question, title, question, QMessageBox::Cancel, parent);
    QPushButton* button = box.addButton(yes, QMessageBox::AcceptRole);
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    return box.clickedButton() == button;
}

}  // namespace

Status moveToTrash(const std::filesystem::path& path) {
    if (QFile::moveToTrash(QFile::decodeName(path.c_str()))) return {};
    return phrasedError(
        {LEMNOS_TEXT("%1 could not be moved to the trash; this drive may have none. Delete the folder in the "
                     "file manager if you are sure."),
         {Phrase::name(displayPath(path))}},
        displayPath(path));
}

Dialogs::Dialogs()
    : chooseFolder([](QWidget* parent, const QString& title, const QString& start) {
          return QFileDialog::getExistingDirectory(parent, title, start);
      }),
      chooseFile([](QWidget* parent, const QString& title, const QString& filter) {
          return QFileDialog::getOpenFileName(parent, title, {}, filter);
      }),
      saveFile([](QWidget* parent, const QString& title, const QString& start) {
          return QFileDialog::getSaveFileName(parent, title, start, Texts::tr("Projects (*.lemnos)"));
      }),
      saveChart([](QWidget* parent, const QString& title, const QString& start) {
          return QFileDialog::getSaveFileName(
              parent, title, start, Texts::tr("Picture (*.png);;Drawing (*.svg);;PDF (*.pdf);;Points (*.csv)"));
      }),
      askText(askForText),
      confirm(askToConfirm),
      quitWhileTraining(askQuitWhileTraining),
      quitWhileSweeping([](QWidget* parent) {
          return askToConfirm(parent, Texts::tr("A sweep is going on"),
                              Texts::tr("A sweep is trying settings. It stops with the window, with a checkpoint; at "
                                        "the next start, Go on continues it."),
                              Texts::tr("Stop and quit"));
      }) {}

}  // namespace lemnos
