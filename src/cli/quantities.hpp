// Durations and sizes as people write them in the configuration: 250ms, 10s, 30min, 180d; 8192,
// 64KiB. Whole numbers only, and a duration always has its unit. Pure functions; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace multipass::cli {

/// Decimal digits and nothing else; nullopt also for what does not fit.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// ms, s, min, h or d; nullopt for anything else.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
/// In the largest unit that writes it whole.
std::string write_duration(std::chrono::milliseconds d);

/// Bytes: a number, or a number with KiB, MiB or GiB.
std::optional<std::uint64_t> parse_size(std::string_view text);
std::string write_size(std::uint64_t bytes);

}  // namespace multipass::cli
