#include "compute/paced_device.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>
#include <vector>

#include "compute/ops/copy.h"

namespace lemnos {
namespace {

using Clock = std::chrono::steady_clock;

class PacedBuffer final : public Buffer {
  public:
    /// calloc() takes memory when it is written to.
    explicit PacedBuffer(std::int64_t sizeBytes, bool mapped)
        : Buffer(sizeBytes), m_mapped(mapped), m_data(std::calloc(static_cast<std::size_t>(sizeBytes) + 4, 1)) {}
    ~PacedBuffer() override { std::free(m_data); }
    PacedBuffer(const PacedBuffer&) = delete;
    PacedBuffer& operator=(const PacedBuffer&) = delete;

    std::byte* mapped() const override { return m_mapped ? data() : nullptr; }
    std::byte* data() const { return static_cast<std::byte*>(m_data); }

  private:
    bool m_mapped;
    void* m_data;
};

std::byte* bytesOf(const Tensor& tensor) {
    return static_cast<const PacedBuffer*>(tensor.buffer)->data() + tensor.offsetBytes;
}

struct PacedRecording final : Recording {
    std::vector<Copy> copies;
    double seconds = 0;
};

class PacedRecorder final : public Recorder {
  public:
    explicit PacedRecorder(const DeviceSpeed& speed) : m_speed(speed) {}

  private:
    Status addOp(const OpUse& use) override {
        m_recording->seconds += std::max(use.cost.multiplyAdds / m_speed.multiplyAdds, use.cost.bytes / m_speed.bytes);
        if (use.type == typeid(Copy)) m_recording->copies.push_back(*static_cast<const Copy*>(use.op));
        return {};
    }
    Result<std::unique_ptr<Recording>> finishRecording() override {
        return std::unique_ptr<Recording>(std::exchange(m_recording, std::make_unique<PacedRecording>()));
    }

    DeviceSpeed m_speed;
    std::unique_ptr<PacedRecording> m_recording = std::make_unique<PacedRecording>();
};

class PacedDevice final : public Device {
  public:
    explicit PacedDevice(const DeviceSpeed& speed) : m_speed(speed) {
        m_info.id = "paced";
        m_info.name = "Paced device for tests";
        m_info.driver = "none";
        m_info.kind = DeviceKind::other;
        m_info.memoryBytes = std::int64_t{1} << 40;
        m_info.float16 = true;
    }

    const DeviceInfo& info() const override { return m_info; }
    Result<std::unique_ptr<Buffer>> allocate(std::int64_t sizeBytes, Memory memory) override {
        auto buffer = std::make_unique<PacedBuffer>(sizeBytes, memory != Memory::device);
        if (!buffer->data()) return Error{"This computer has too little free memory.", {}, Error::Kind::outOfMemory};
        return std::unique_ptr<Buffer>(std::move(buffer));
    }
    std::unique_ptr<Recorder> record() override { return std::make_unique<PacedRecorder>(m_speed); }

    /// Only copies touch memory, so they can be made at once.
    Result<Ticket> submit(std::span<const Recording* const> recordings) override {
        Clock::time_point done = m_done.empty() ? Clock::now() : std::max(Clock::now(), m_done.back());
        for (const Recording* recording : recordings) {
            const auto* const paced = static_cast<const PacedRecording*>(recording);
            for (const Copy& copy : paced->copies)
                std::memcpy(bytesOf(copy.to), bytesOf(copy.from), static_cast<std::size_t>(copy.from.sizeBytes()));
            done += std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(paced->seconds));
        }
        m_done.push_back(done);
        return m_done.size();
    }
    Status wait(Ticket ticket) override {
        if (ticket > 0) std::this_thread::sleep_until(m_done[ticket - 1]);
        return {};
    }
    std::vector<OpTime> takeProfile() override { return {}; }

  private:
    DeviceSpeed m_speed;
    DeviceInfo m_info;
    std::vector<Clock::time_point> m_done;  ///< by ticket
};

}  // namespace

std::unique_ptr<Device> makePacedDevice(const DeviceSpeed& speed) {
    return std::make_unique<PacedDevice>(speed);
}

Result<DeviceSpeed> paceFromText(const std::string& text) {
    double billionOps = 0, billionBytes = 0;
    if (std::sscanf(text.c_str(), "%lf,%lf", &billionOps, &billionBytes) != 2 || !(billionOps > 0) ||
        !(billionBytes > 0))
        return Error{
            "'" + text + "' is not a pace; write billions of operations and of bytes per second, as in 7600,290.",
            "LEMNOS_PACE"};
    return DeviceSpeed{billionOps * 1e9 / 2, billionBytes * 1e9};
}

}  // namespace lemnos
