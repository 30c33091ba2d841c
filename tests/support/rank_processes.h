// Ranks that are processes of their own, as MPI has them, for CollectiveSuite: what the suite asks of a rank goes to
// its process over a local socket, and the answer comes back.
#pragma once

#include <QProcess>
#include <QTemporaryDir>
#include <map>
#include <memory>
#include <string>

#include "tests/support/collective_suite.h"

namespace lemnos::test {

/// In the process of a rank: does what the suite asks for, until it asks for nothing more.
void serveRank(std::unique_ptr<Collective> rank, const std::string& socket);

/// Groups of such processes. A group whose ranks were all given back in good order serves the next test, too.
class RankProcesses {
  public:
    /// Starts `size` processes that call serveRank() with this socket.
    using Start = std::function<void(QProcess& process, int size, const QString& socket)>;
    explicit RankProcesses(Start start);
    ~RankProcesses();

    Ranks group(int size);

  private:
    struct Group;
    class Rank;

    std::shared_ptr<Group> started(int size);

    Start m_start;
    QTemporaryDir m_folder;
    int m_sockets = 0;
    std::map<int, std::shared_ptr<Group>> m_groups;  // by their size
};

}  // namespace lemnos::test
