#include "load/quantities.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace multipass::load {
namespace {

struct unit {
  std::string_view name;
  double factor;
};
constexpr std::array<unit, 5> duration_units{
    {{"h", 3.6e12}, {"min", 6e10}, {"ms", 1e6}, {"us", 1e3}, {"s", 1e9}}};

// The decimal in front of one of these names.
template <class Units>
std::optional<double> parse_with_unit(std::string_view text, const Units& units) {
  for (const unit& u : units) {
    if (!text.ends_with(u.name)) continue;
    const auto number = parse_decimal(text.substr(0, text.size() - u.name.size()));
    if (!number) return std::nullopt;
    return *number * u.factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t n = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, n);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return n;
}

std::optional<double> parse_decimal(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  if (!std::isfinite(value) || std::signbit(value)) return std::nullopt;
  return value;
}

std::optional<nanos> parse_duration(std::string_view text) {
  const auto length = parse_with_unit(text, duration_units);
  if (!length || *length > 3.6e15) return std::nullopt;
  return static_cast<nanos>(std::llround(*length));
}

std::optional<double> parse_rate(std::string_view text) {
  constexpr std::array<unit, 3> units{{{"k", 1e3}, {"M", 1e6}, {"", 1}}};
  return parse_with_unit(text, units);
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (true) {
    const auto end = text.find(at);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::pair<std::string, std::string>> parse_pair(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
    return std::nullopt;
  }
  return std::pair{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

std::string write_duration(nanos t) {
  constexpr std::array<unit, 3> units{{{" s", 1e9}, {" ms", 1e6}, {" us", 1e3}}};
  const auto length = static_cast<double>(t);
  const auto fits = [&](const unit& u) { return length >= u.factor; };
  const auto found = std::find_if(units.begin(), units.end(), fits);
  const unit& u = found == units.end() ? units.back() : *found;
  const double value = length / u.factor;
  return write_decimal(value, value < 10 ? 2 : value < 100 ? 1 : 0) + std::string(u.name);
}

std::string write_count(std::uint64_t n) {
  std::string text = std::to_string(n);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return text;
}

std::string write_decimal(double value, int decimals) {
  std::array<char, 400> out{};
  const auto end =
      std::to_chars(out.data(), out.data() + out.size(), value, std::chars_format::fixed, decimals)
          .ptr;
  return {out.data(), end};
}

}  // namespace multipass::load
