// Replica as one of several: its gradients go out, and come back summed.
#include <algorithm>
#include <cstring>

#include "compute/ops/copy.h"
#include "model/graph/replica.h"

namespace lemnos {
namespace {

constexpr std::int64_t scalarBytes = tensorAlignmentBytes;  // that much room for StepScalars
static_assert(sizeof(StepScalars) <= scalarBytes);

Tensor floats(Buffer& buffer, std::int64_t offsetBytes, std::int64_t count) {
    return matrix(buffer, offsetBytes, 1, count);
}

Tensor scalarsAt(Buffer& buffer, std::int64_t offsetBytes) {
    return {&buffer, offsetBytes, 1, stepScalarColumns, stepScalarColumns, ElementType::uint32};
}

}  // namespace

Status Replica::allocateShared() {
    const std::int64_t learnt = m_plan.learntFloats, statistics = m_plan.statisticFloats();
    TRY(m_shared.sums, m_device.allocate(scalarBytes + (learnt + statistics) * 4, Memory::upload));
    TRY(m_shared.gradients, m_device.allocate(scalarBytes + learnt * 4, Memory::download));
    if (statistics > 0) {
        TRY(m_shared.kept, m_device.allocate(statistics * 4, Memory::device));
    }
    m_kept.assign(static_cast<std::size_t>(statistics), 0.0f);
    m_statistics = m_kept;
    return {};
}

Status Replica::recordShared() {
    const std::int64_t learnt = m_plan.learntFloats, statistics = m_plan.statisticFloats();
    const auto recorder = m_device.record();
    for (const GradientBucket& bucket : m_buckets) {
        for (const auto& [offset, count] : bucket.parts)
            recorder->add(Copy{floats(*m_gradients, offset * 4, count),
                               floats(*m_shared.gradients, scalarBytes + offset * 4, count)});
        TRY(auto fetch, recorder->finish());
        m_shared.fetch.push_back(std::move(fetch));
    }

    recorder->add(Copy{scalarsAt(*m_shared.sums, 0), m_scalars});
    recorder->add(Copy{floats(*m_shared.sums, scalarBytes, learnt), floats(*m_gradients, 0, learnt)});
    if (statistics > 0) {
        const Tensor summed = floats(*m_shared.sums, scalarBytes + learnt * 4, statistics);
        recorder->add(Copy{summed, floats(*m_weights, learnt * 4, statistics)});
        recorder->add(Copy{summed, floats(*m_shared.kept, 0, statistics)});
    }
    TRY(m_shared.take, recorder->finish());

    recorder->add(Copy{m_scalars, scalarsAt(*m_shared.gradients, 0)});
    TRY(m_shared.tell, recorder->finish());
    return {};
}

Result<std::span<const float>> Replica::gradients() {
    assert(m_options.shared && underway() == 0);
    std::vector<const Recording*> work;
    for (const auto& fetch : m_shared.fetch) work.push_back(fetch.get());
    TRY(const Ticket ticket, m_device.submit(work));
    TRY_OK(m_device.wait(ticket));
    return fetchedGradients();
}

std::span<const float> Replica::fetchedGradients() const {
    const auto* first = reinterpret_cast<const float*>(m_shared.gradients->mapped() + scalarBytes);
    return std::span(first, static_cast<std::size_t>(m_plan.learntFloats));
}

double Replica::shareBeforeBuckets() const {
    return shareOfFirstBucket(m_plan, m_buckets);
}

/// Each bucket comes as soon as backward is done with it.
Status Replica::startByBuckets(const Batch& batch, const StepScalars& scalars, bool more) {
    Slot& slot = fillNext(batch, scalars);
    const auto& backward = more ? m_backwardMore : m_backward;
    m_shared.fetched.clear();
    std::vector<const Recording*> work{slot.uploading.get(), m_forward.get()};
    for (std::size_t i = 0; i < m_buckets.size(); ++i) {
        work.push_back(backward[i].get());
        work.push_back(m_shared.fetch[i].get());
        if (i + 1 == m_buckets.size()) work.push_back(slot.downloading.get());
        TRY(slot.ticket, m_device.submit(work));
        m_shared.fetched.push_back(slot.ticket);
        work.clear();
    }
    ++m_submitted;
    return {};
}

Result<std::span<const float>> Replica::gradients(std::size_t bucket) {
    assert(m_options.shared && m_shared.fetched.size() == m_buckets.size());
    TRY_OK(m_device.wait(m_shared.fetched[bucket]));
    return fetchedGradients();
}

Status Replica::update(std::span<const float> gradients, std::span<const float> statistics, StepScalars scalars,
                       std::int64_t step) {
    assert(m_options.shared && underway() == 0);
    assert(static_cast<std::int64_t>(gradients.size()) == m_plan.learntFloats && statistics.size() == m_kept.size());
    // One that had no part in this step has not seen the loss scale that the others' gradients were made with.
    if (m_plan.request.mixed()) m_groupScale = m_lossScale.next(true);
    fillForUpdate(scalars, step);
    std::byte* const sums = m_shared.sums->mapped();
    std::memcpy(sums, &scalars, sizeof scalars);
    std::memcpy(sums + scalarBytes, gradients.data(), gradients.size_bytes());
    if (!statistics.empty())
        std::memcpy(sums + scalarBytes + gradients.size_bytes(), statistics.data(), statistics.size_bytes());
    const Recording* work[] = {m_shared.take.get(), m_update.get(), m_shared.tell.get()};
    TRY(const Ticket ticket, m_device.submit(work));
    TRY_OK(m_device.wait(ticket));
    if (m_plan.request.mixed()) {
        std::memcpy(&scalars, m_shared.gradients->mapped(), sizeof scalars);
        m_lossScale.observe(scalars.skip != 0);
    }
    std::ranges::copy(statistics, m_kept.begin());
    return {};
}

}  // namespace lemnos
