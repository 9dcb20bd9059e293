// A fast way for the request that nearly every client sends: POST or GET, HTTP/1.1, no body or a
// short one of a stated length, a header of plain lines, wholly there. It reads such a header in
// one pass over its bytes, where Beast's parser and the framing guard need several. It accepts or
// it says nothing: whatever is unusual, incomplete or wrong goes to Beast, and is refused there and
// nowhere else. What it accepts, Beast and the guard accept with the same outcome:
// tests/http/plain_request_test.cpp holds the two against each other.
//
// Pure.
#pragma once

#include <string_view>

#include "http/framing_guard.hpp"
#include "http/limits.hpp"
#include "http/request.hpp"

namespace multipass {

enum class plain { no, keep_alive, close };

/// Reads the request that `unread` begins with into `head` and `parts`, which are fresh;
/// head.raw.size() + parts.body.size() bytes make it up. `no`: ask Beast; both then hold rubbish.
plain read_plain_request(std::string_view unread, const http_limits& limits, request_head& head,
                         request& parts) noexcept;

}  // namespace multipass
