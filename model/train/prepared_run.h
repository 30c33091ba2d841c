// PreparedRun: a network on its device or devices, as the settings of a run want it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compute/device.h"
#include "compute/result.h"
#include "model/data/batch_loader.h"
#include "model/data/dataset_index.h"
#include "model/graph/replica.h"
#include "model/graph/replica_group.h"
#include "model/train/run_spec.h"

namespace lemnos {

struct PreparedRun {
    const OptimizerType* optimizer = nullptr;
    std::vector<std::unique_ptr<Device>> devices;
    std::vector<std::unique_ptr<Replica>> replicas;  ///< one on each device
    std::unique_ptr<ReplicaGroup> group;             ///< where steps are shared out

    /// The one that is validated and saved.
    Replica& replica() const { return *replicas.front(); }
    /// What takes the steps of the training on this PC.
    Learner& learner() const { return group ? static_cast<Learner&>(*group) : replica(); }
    /// Whether the devices round alike, so that replicas stay equal to the bit by themselves.
    bool alike() const;
    /// "GeForce RTX 3060", "2 x GeForce RTX 3060, Ryzen 5": as users read it.
    std::string deviceNames() const;
};

/// Opens the devices and plans and records the network. The spec has its preprocess and classes; `index` gives the
/// counts for class weights. Weights are still zero. With RunSpec::peers, the devices are those of a member of a team.
/// An automatic batch is filled in; what does not fit into a device's memory is an Error that says the largest batch
/// which does. Nothing is taken of a device where the network needs more than `lentBytes` of its memory (0: any
/// amount): another PC has lent no more.
Result<PreparedRun> prepareRun(RunSpec& spec, const DatasetIndex& index, const DeviceOptions& deviceOptions,
                               std::int64_t lentBytes = 0);

/// What the settings ask of a replica.
ReplicaOptions replicaOptions(const RunSpec& spec, const DatasetIndex& index);

/// What the settings ask of the loader of training pictures, in a pass (from 0).
LoaderOptions trainingPass(const RunSpec& spec, std::int64_t epoch);

/// The learning rate before any schedule: that of the settings, or the optimizer's own.
double learningRateOf(const RunSpec& spec, const OptimizerType& optimizer);

/// n / (classes x count of each class) over the n training pictures, so that their mean is 1 and every class has the
/// same sum (King & Zeng 2001); 1 for a class without pictures.
std::vector<float> balancedClassWeights(const DatasetIndex& index);

}  // namespace lemnos
