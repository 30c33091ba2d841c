#include "compute/host/host_device.h"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <new>

#if defined(__SSE3__) || defined(__x86_64__)
#include <pmmintrin.h>
#endif

namespace lemnos {
namespace {

constexpr std::align_val_t bufferAlignment{tensorAlignmentBytes};

Error outOfMemory(std::int64_t sizeBytes) {
    return Error{"This computer has too little free memory to reserve " +
                     std::to_string(sizeBytes / (1024 * 1024) + 1) +
                     " MB; lower the batch size or the picture size, or close other programs.",
                 {},
                 Error::Kind::outOfMemory};
}

/// Numbers below 1e-38 count as zero, as they do on GPUs. A processor takes a hundred times as long for each of them,
/// and an optimizer's averages come down there as soon as gradients get small: Adam's steps took half as long again.
/// Threads that this one starts inherit the setting.
void flushTinyNumbers() {
#if defined(__SSE3__) || defined(__x86_64__)
    _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_ON);
    _mm_setcsr(_mm_getcsr() | 0x0040);  // denormals are zero
#endif
}

}  // namespace

std::unique_ptr<HostBuffer> HostBuffer::create(std::int64_t sizeBytes, bool mapped) {
    const auto size = static_cast<std::size_t>(std::max<std::int64_t>(sizeBytes, 4));
    void* data = ::operator new(size, bufferAlignment, std::nothrow);
    if (!data) return nullptr;
    std::memset(data, 0, size);
    return std::unique_ptr<HostBuffer>(new HostBuffer(sizeBytes, static_cast<std::byte*>(data), mapped));
}

HostBuffer::~HostBuffer() {
    ::operator delete(m_data, bufferAlignment);
}

HostDevice::HostDevice(DeviceInfo info, std::span<const HostOp* const> ops, const DeviceOptions& options)
    : m_info(std::move(info)),
      m_ops(ops),
      m_profiling(options.profile),
      m_worker([this](std::stop_token stop) { work(stop); }) {}

HostDevice::~HostDevice() {
    (void)wait(m_submitted);
}

Result<std::unique_ptr<Buffer>> HostDevice::allocate(std::int64_t sizeBytes, Memory memory) {
    auto buffer = HostBuffer::create(sizeBytes, memory != Memory::device);
    if (!buffer) return outOfMemory(sizeBytes);
    return std::unique_ptr<Buffer>(std::move(buffer));
}

std::unique_ptr<Recorder> HostDevice::record() {
    return std::make_unique<HostRecorder>(*this);
}

Result<Ticket> HostDevice::submit(std::span<const Recording* const> recordings) {
    std::vector<const HostRecording*> list;
    for (const Recording* recording : recordings) list.push_back(static_cast<const HostRecording*>(recording));
    const std::scoped_lock lock(m_mutex);
    m_queue.push_back(std::move(list));
    m_changed.notify_all();
    return ++m_submitted;
}

Status HostDevice::wait(Ticket ticket) {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_done >= ticket; });
    return {};
}

std::vector<OpTime> HostDevice::takeProfile() {
    const std::scoped_lock lock(m_mutex);
    std::vector<OpTime> times;
    for (auto& [name, time] : m_profile) times.push_back(time);
    m_profile.clear();
    return times;
}

void HostDevice::work(std::stop_token stop) {
    flushTinyNumbers();
    while (true) {
        std::vector<const HostRecording*> list;
        {
            std::unique_lock lock(m_mutex);
            if (!m_changed.wait(lock, stop, [&] { return !m_queue.empty(); })) return;
            list = std::move(m_queue.front());
            m_queue.pop_front();
        }
        for (const HostRecording* recording : list) run(*recording);
        const std::scoped_lock lock(m_mutex);
        ++m_done;
        m_changed.notify_all();
    }
}

void HostDevice::run(const HostRecording& recording) {
    if (!m_profiling) {
        for (const HostStep& step : recording.steps) step.run();
        return;
    }
    for (const HostStep& step : recording.steps) {
        const auto started = std::chrono::steady_clock::now();
        step.run();
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        const std::scoped_lock lock(m_mutex);
        m_profile[step.name].add(step.name, seconds, step.cost);
    }
}

void HostRecorder::run(std::function<void()> work) {
    m_recording->steps.push_back({m_name, m_cost, std::move(work)});
    m_cost = {};  // counted once, however many pieces an op has
}

std::vector<std::shared_ptr<HostBuffer>> HostDevice::scratch() {
    const std::scoped_lock lock(m_mutex);
    std::vector<std::shared_ptr<HostBuffer>> buffers;
    std::erase_if(m_scratch, [](const auto& buffer) { return buffer.expired(); });
    for (const auto& buffer : m_scratch) {
        if (auto held = buffer.lock()) buffers.push_back(std::move(held));
    }
    return buffers;
}

void HostDevice::addScratch(const std::shared_ptr<HostBuffer>& buffer) {
    const std::scoped_lock lock(m_mutex);
    m_scratch.push_back(buffer);
}

Result<float*> HostRecorder::scratch(std::int64_t floats) {
    auto smallest = m_freeScratch.end();
    for (auto block = m_freeScratch.begin(); block != m_freeScratch.end(); ++block) {
        if ((*block)->sizeBytes() < floats * 4) continue;
        if (smallest == m_freeScratch.end() || (*block)->sizeBytes() < (*smallest)->sizeBytes()) smallest = block;
    }
    std::shared_ptr<HostBuffer> taken;
    if (smallest != m_freeScratch.end()) {
        taken = std::move(*smallest);
        m_freeScratch.erase(smallest);
    } else {
        taken = HostBuffer::create(floats * 4, false);
        if (!taken) return outOfMemory(floats * 4);
        m_device.addScratch(taken);
    }
    std::vector<std::shared_ptr<HostBuffer>>& used = m_recording->scratch;
    if (std::ranges::find(used, taken) == used.end()) used.push_back(taken);
    return reinterpret_cast<float*>(taken->data());
}

Status HostRecorder::addOp(const OpUse& use) {
    m_name = use.name;
    m_cost = use.cost;
    m_freeScratch = m_device.scratch();
    for (const HostOp* op : m_device.m_ops) {
        if (op->type == use.type) return op->record(*this, use.op);
    }
    return Error{"Internal error: '" + m_device.info().name + "' has no op " + use.name + "."};
}

Result<std::unique_ptr<Recording>> HostRecorder::finishRecording() {
    m_freeScratch.clear();
    return std::unique_ptr<Recording>(std::exchange(m_recording, std::make_unique<HostRecording>()));
}

}  // namespace lemnos
