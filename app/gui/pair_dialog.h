// PairDialog: makes two PCs known to each other, with six digits that one shows and the other is told.
#pragma once

#include <QDialog>

#include "app/session/pairing_call.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace lemnos {

class PairDialog : public QDialog {
    Q_OBJECT

  public:
    /// Waits for the other PC; with an address, goes to the one that waits there.
    explicit PairDialog(const QString& address = {}, QWidget* parent = nullptr);

  private:
    QWidget* makeWaiting();
    QWidget* makeShowing();
    QWidget* makeTyping();
    QWidget* makeEnd();
    void goThere();
    void sendCode();

    PairingCall m_call;
    QStackedWidget* m_states;
    QLabel *m_where, *m_problem, *m_shownTo, *m_code, *m_question, *m_typedFor, *m_end;
    QLineEdit *m_address, *m_typed;
    QWidget* m_confirming;  ///< the question with its two buttons
    QPushButton *m_yes, *m_no;
};

}  // namespace lemnos
