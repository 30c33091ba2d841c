// How a function says that it could not do its work: Result<T>, Status and the TRY macros.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace lemnos {

/// Why something failed, as a sentence for the user: what, which one, and what to do about it.
struct Error {
    /// What a program may do about it by itself.
    enum class Kind : unsigned char { other, outOfMemory, deviceLost, groupBroken };

    std::string message;
    std::string where{};  ///< name of the layer, file or setting it is about; empty when there is no such thing
    Kind kind = Kind::other;
};

/// Either a value or the Error that says why there is none.
template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(value()); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const Error& error() const {
        assert(!ok());
        return std::get<1>(m_state);
    }

  private:
    T& value() {
        assert(ok());
        return std::get<0>(m_state);
    }
    const T& value() const {
        assert(ok());
        return std::get<0>(m_state);
    }

    std::variant<T, Error> m_state;
};

/// A Result without a value: done, or the Error that says why not.
template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : m_failed(true), m_error(std::move(error)) {}

    bool ok() const { return !m_failed; }
    explicit operator bool() const { return ok(); }
    const Error& error() const {
        assert(m_failed);
        return m_error;
    }

  private:
    bool m_failed = false;
    Error m_error;
};

using Status = Result<void>;

}  // namespace lemnos

#define LEMNOS_JOIN_(a, b) a##b
#define LEMNOS_JOIN(a, b) LEMNOS_JOIN_(a, b)

/// TRY(auto image, readImage(path)): declares `image`, or returns the error from the enclosing function.
#define TRY(target, expression)                                                                          \
    auto LEMNOS_JOIN(result_, __LINE__) = (expression);                                                  \
    if (!LEMNOS_JOIN(result_, __LINE__)) return ::lemnos::Error(LEMNOS_JOIN(result_, __LINE__).error()); \
    target = *std::move(LEMNOS_JOIN(result_, __LINE__))

/// TRY_OK(device.wait(ticket)): goes on, or returns the error from the enclosing function.
#define TRY_OK(expression) \
    if (auto status_ = (expression); !status_) return ::lemnos::Error(status_.error())
