// The coroutine type of the gateway: one io_context per thread, so the executor is concrete and no
// strand is ever needed.
//
// Two defects of g++ 12 to write around: a capturing lambda in the same full expression as co_await
// is destroyed twice, so name it first; and `if (!co_await x)` in a loop can give the frame a wrong
// layout, so name the result first.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace multipass {

namespace asio = boost::asio;

using executor = asio::io_context::executor_type;

template <class T = void>
using task = asio::awaitable<T, executor>;

inline constexpr asio::use_awaitable_t<executor> use_task{};

}  // namespace multipass
