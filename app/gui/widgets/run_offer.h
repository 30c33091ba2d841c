// RunOffer: the line above the pages that tells of a run which trains without a window.
#pragma once

#include <QFrame>
#include <filesystem>

class QLabel;

namespace lemnos {

/// Hidden until there is something to offer, and again once the user has decided.
class RunOffer : public QFrame {
    Q_OBJECT

  public:
    explicit RunOffer(QWidget* parent = nullptr);
    void offer(const std::filesystem::path& run);

  signals:
    void followRequested(const std::filesystem::path& run);
    void stopRequested(const std::filesystem::path& run);

  private:
    QLabel* m_text;
    std::filesystem::path m_run;
};

}  // namespace lemnos
