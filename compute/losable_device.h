// LosableDevice: a device that is lost when a test wants it to be, as happens when a driver is reset.
#pragma once

#include <memory>

#include "compute/device.h"

namespace lemnos {

class LosableDevice final : public Device {
  public:
    LosableDevice(std::unique_ptr<Device> device, std::int64_t loseAt)
        : m_device(std::move(device)), m_loseAt(loseAt) {}

    const DeviceInfo& info() const override { return m_device->info(); }
    Result<std::unique_ptr<Buffer>> allocate(std::int64_t sizeBytes, Memory memory) override {
        return m_device->allocate(sizeBytes, memory);
    }
    std::unique_ptr<Recorder> record() override { return m_device->record(); }
    Result<Ticket> submit(std::span<const Recording* const> recordings) override {
        if (++m_submissions >= m_loseAt)
            return Error{"The device stopped answering, as this test wants it to.", {}, Error::Kind::deviceLost};
        return m_device->submit(recordings);
    }
    Status wait(Ticket ticket) override { return m_device->wait(ticket); }
    std::vector<OpTime> takeProfile() override { return m_device->takeProfile(); }

  private:
    std::unique_ptr<Device> m_device;
    std::int64_t m_loseAt, m_submissions = 0;
};

}  // namespace lemnos
