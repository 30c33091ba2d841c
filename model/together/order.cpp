#include "model/together/order.h"

#include <bit>
#include <cmath>

#include "model/lan/byte_stream.h"

namespace lemnos {

std::array<std::byte, orderBytes> toBytes(const Order& order) {
    ByteWriter writer;
    writer.number(static_cast<std::uint32_t>(order.kind));
    writer.number(order.scalars.epoch);
    writer.number(order.batch);
    writer.number(order.step);
    writer.number(order.place.groupCount);
    writer.number(static_cast<std::uint32_t>((order.place.first ? 1u : 0u) | (order.place.last ? 2u : 0u)));
    writer.number(order.scalars.seedLow);
    writer.number(order.scalars.seedHigh);
    writer.number(std::bit_cast<std::uint32_t>(order.scalars.learningRate));
    std::array<std::byte, orderBytes> bytes{};
    std::ranges::copy(writer.take(), bytes.begin());
    return bytes;
}

Result<Order> orderFromBytes(std::span<const std::byte, orderBytes> bytes) {
    constexpr std::size_t used = 48;
    ByteReader reader(std::span<const std::byte>(bytes).first(used));
    Order order;
    order.kind = static_cast<Order::Kind>(reader.number<std::uint32_t>());
    order.scalars.epoch = reader.number<std::uint32_t>();
    order.batch = reader.number<std::int64_t>();
    order.step = reader.number<std::int64_t>();
    order.place.groupCount = reader.number<std::int64_t>();
    const auto place = reader.number<std::uint32_t>();
    order.place.first = (place & 1u) != 0;
    order.place.last = (place & 2u) != 0;
    order.scalars.seedLow = reader.number<std::uint32_t>();
    order.scalars.seedHigh = reader.number<std::uint32_t>();
    order.scalars.learningRate = std::bit_cast<float>(reader.number<std::uint32_t>());
    if (!reader.ok() || order.kind < Order::Kind::step || order.kind > Order::Kind::measure || place > 3 ||
        order.batch < 0 || order.step < 0 || order.place.groupCount < 0 || !std::isfinite(order.scalars.learningRate))
        return Error{"The PC that leads has sent an order that can't be read; both need the same version of Lemnos."};
    return order;
}

}  // namespace lemnos
