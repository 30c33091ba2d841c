// HostDevice: a Device whose memory is the computer's and whose ops are functions. What the CPU device and the
// reference device have in common; they differ in their list of ops.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "compute/device.h"
#include "compute/device_op.h"

namespace lemnos {

class HostRecorder;
using HostOp = DeviceOp<HostRecorder>;

/// HostOp of a function `Status f(HostRecorder&, const Op&)`.
template <class Op, Status (*Record)(HostRecorder&, const Op&)>
HostOp hostOp() {
    return deviceOp<HostRecorder, Op, Record>();
}

class HostBuffer final : public Buffer {
  public:
    /// `sizeBytes` zeros; null when there is too little memory.
    static std::unique_ptr<HostBuffer> create(std::int64_t sizeBytes, bool mapped);
    ~HostBuffer() override;

    std::byte* mapped() const override { return m_mapped ? m_data : nullptr; }
    std::byte* data() const { return m_data; }

  private:
    HostBuffer(std::int64_t sizeBytes, std::byte* data, bool mapped)
        : Buffer(sizeBytes), m_data(data), m_mapped(mapped) {}

    std::byte* m_data;
    bool m_mapped;
};

/// First element of a tensor.
template <class T = float>
T* hostData(const Tensor& tensor) {
    if (!tensor) return nullptr;
    return reinterpret_cast<T*>(static_cast<const HostBuffer*>(tensor.buffer)->data() + tensor.offsetBytes);
}

/// One op of a recording, ready to run.
struct HostStep {
    const char* name = "";
    OpCost cost;
    std::function<void()> run;
};

class HostRecording final : public Recording {
  public:
    std::vector<HostStep> steps;
    std::vector<std::shared_ptr<HostBuffer>> scratch;  ///< that its steps use
};

class HostDevice : public Device {
  public:
    /// `ops` must stay.
    HostDevice(DeviceInfo info, std::span<const HostOp* const> ops, const DeviceOptions& options);
    ~HostDevice() override;

    const DeviceInfo& info() const override { return m_info; }
    Result<std::unique_ptr<Buffer>> allocate(std::int64_t sizeBytes, Memory memory) override;
    std::unique_ptr<Recorder> record() override;
    Result<Ticket> submit(std::span<const Recording* const> recordings) override;
    Status wait(Ticket ticket) override;
    std::vector<OpTime> takeProfile() override;

  private:
    friend class HostRecorder;
    void work(std::stop_token stop);
    void run(const HostRecording& recording);
    /// What recordings that still exist use.
    std::vector<std::shared_ptr<HostBuffer>> scratch();
    void addScratch(const std::shared_ptr<HostBuffer>& buffer);

    DeviceInfo m_info;
    std::span<const HostOp* const> m_ops;
    bool m_profiling;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<std::vector<const HostRecording*>> m_queue;
    std::vector<std::weak_ptr<HostBuffer>> m_scratch;
    Ticket m_submitted = 0, m_done = 0;
    std::map<std::string, OpTime, std::less<>> m_profile;
    std::jthread m_worker;  // last: it uses everything above
};

class HostRecorder final : public Recorder {
  public:
    explicit HostRecorder(HostDevice& device) : m_device(device), m_recording(std::make_unique<HostRecording>()) {}

    // For the ops:
    /// Appends work for the op at hand; it runs once per submission.
    void run(std::function<void()> work);
    /// Memory for intermediate values of the op at hand, aligned to 64 bytes. All recordings of a device share it, for
    /// one op runs at a time: nothing stays from one to the next.
    Result<float*> scratch(std::int64_t floats);

  private:
    Status addOp(const OpUse& use) override;
    Result<std::unique_ptr<Recording>> finishRecording() override;

    HostDevice& m_device;
    std::unique_ptr<HostRecording> m_recording;
    std::vector<std::shared_ptr<HostBuffer>> m_freeScratch;  // not yet used by the op at hand
    const char* m_name = "";
    OpCost m_cost;
};

}  // namespace lemnos
