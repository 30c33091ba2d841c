// Hiring: what two PCs say to each other when one helps the other with a run.
//
//   leader -> PC        hello, hire: will you?           on the port where it shares
//   PC -> leader        hired: at these ports            of the process that does the work; or bye with the reason
//   leader -> process   hello, lead, then the job        three parcels: spec, labels, list of pictures
//   leader -> process   hello, source                    on a second connection, over which pictures are asked for
//   process -> leader   ready                            once it could begin, and whenever a group has broken
//   leader -> process   view                             who belongs to the next group, and its secret
//
// What is said is JSON, but for labels and pictures. Nothing of it is a path, a program or a shader: networks are lists
// of known layers, pictures are bytes with a hash.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compute/result.h"
#include "model/data/dataset_index.h"
#include "model/lan/lan_collective.h"
#include "model/lan/picture_blobs.h"
#include "model/lan/talk.h"
#include "model/train/run_spec.h"

namespace lemnos {

using Message = std::vector<std::byte>;

struct HireRequest {
    std::string network;  ///< its name, for people
};
Message toMessage(const HireRequest& request);
Result<HireRequest> hireRequestFrom(const Message& message);

struct Hired {
    std::uint16_t door = 0;   ///< for lead, source and seek
    std::uint16_t group = 0;  ///< for groups
};
Message toMessage(const Hired& hired);
Result<Hired> hiredFrom(const Message& message);

struct Ready {
    std::string device;        ///< what it trains on, for people
    std::vector<int> missing;  ///< ranks of the last view that it could not reach
};
Message toMessage(const Ready& ready);
Result<Ready> readyFrom(const Message& message);

/// The leader has the last rank, so that it connects to all others and nobody has to reach it.
struct View {
    Digest secret{};
    int rank = 0;  ///< of whoever reads it
    std::vector<LanMember> members;
    std::vector<std::uint16_t> doors;  ///< of the members; 0 for the leader
};
Message toMessage(const View& view);
Result<View> viewFrom(const Message& message);

/// All that a run needs but the pictures themselves.
struct Job {
    RunSpec spec;        ///< with preprocess and classes; no paths
    DatasetIndex index;  ///< labels, parts, and content hashes of what is trained on; no paths
    BlobList blobs;
    std::size_t home = 0, homes = 1;  ///< see BlobStore::take()
};
/// Its three parcels.
struct JobParcels {
    Message description, labels, pictures;
};
JobParcels toParcels(const Job& job);
/// Everything is checked: that numbers fit each other, and that the network is one of known layers.
Result<Job> jobFrom(const JobParcels& parcels);
Status sayJob(Talk& talk, const Job& job);
Result<Job> hearJob(Talk& talk);

}  // namespace lemnos
