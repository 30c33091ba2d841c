// What a run told of one kind, in order: tests ask for the epochs, the end or the commands among all events.
#pragma once

#include <variant>
#include <vector>

#include "model/train/event.h"

namespace lemnos::test {

/// The events of kind `T` among `events`, in their order.
template <class T>
std::vector<T> allOf(const std::vector<Event>& events) {
    std::vector<T> found;
    for (const Event& event : events) {
        if (const T* what = std::get_if<T>(&event.what)) found.push_back(*what);
    }
    return found;
}

}  // namespace lemnos::test
