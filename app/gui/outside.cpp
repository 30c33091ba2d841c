// The real dialogs.
#include "app/gui/outside.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QMessageBox>
#include <QPushButton>

namespace lemnos {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Dialogs)
};

bool askStopAndQuit(QWidget* parent) {
    QMessageBox box(QMessageBox::Question, Texts::tr("Training is going on"), Texts::tr("A network is being trained."),
                    QMessageBox::Cancel, parent);
    box.setInformativeText(Texts::tr("Stopping saves a checkpoint, so that the run can be resumed later."));
    QPushButton* stop = box.addButton(Texts::tr("Stop and quit"), QMessageBox::AcceptRole);
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    return box.clickedButton() == stop;
}

}  // namespace

Dialogs::Dialogs()
    : chooseFolder([](QWidget* parent, const QString& title, const QString& start) {
          return QFileDialog::getExistingDirectory(parent, title, start);
      }),
      stopAndQuit(askStopAndQuit) {}

}  // namespace lemnos
