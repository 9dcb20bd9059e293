// Numbers, durations, rates and lists as people write them on a command line. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "load/clock.hpp"

namespace multipass::load {

/// Decimal digits and nothing else.
std::optional<std::uint64_t> parse_count(std::string_view text);
/// "0.99", "50000"; finite, not negative.
std::optional<double> parse_decimal(std::string_view text);
/// A decimal with us, ms, s, min or h; no more than 1000 h.
std::optional<nanos> parse_duration(std::string_view text);
/// A decimal, or one with k or M: "50k".
std::optional<double> parse_rate(std::string_view text);

/// "a,b,c"; empty parts stay.
std::vector<std::string> split(std::string_view text, char at);
/// "name=value" at the first '='; nullopt when a side is empty or there is none.
std::optional<std::pair<std::string, std::string>> parse_pair(std::string_view text);

/// "85 us", "1.25 ms", "2.5 s": three digits, for people.
std::string write_duration(nanos t);
/// "1,250,000"
std::string write_count(std::uint64_t n);
/// With so many decimals.
std::string write_decimal(double value, int decimals);

}  // namespace multipass::load
