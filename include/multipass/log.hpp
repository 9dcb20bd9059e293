// Where the library's log lines go. It never prints: whoever embeds it passes a sink.
#pragma once

#include <functional>
#include <string_view>

namespace multipass {

enum class log_level { debug, info, warning, error };

/// Receives one complete JSON object per call, without a line end and without secrets. Called from
/// any of the gateway's threads, several at once; must not block for long.
using log_sink = std::function<void(log_level, std::string_view line)>;

}  // namespace multipass
