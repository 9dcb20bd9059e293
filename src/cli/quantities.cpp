#include "cli/quantities.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace multipass::cli {

namespace {

struct unit {
  std::string_view name;
  std::uint64_t in_smallest;
};

// From the largest to the smallest.
constexpr std::array<unit, 5> durations{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"min", 60'000}, {"s", 1000}, {"ms", 1}}};
constexpr std::array<unit, 4> sizes{
    {{"GiB", 1U << 30U}, {"MiB", 1U << 20U}, {"KiB", 1U << 10U}, {"", 1}}};

std::optional<std::uint64_t> parse(std::string_view text, std::span<const unit> units) {
  const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_number(text.substr(0, end));
  const auto used = std::ranges::find(units, text.substr(end), &unit::name);
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!number || used == units.end() || *number > most / used->in_smallest) return std::nullopt;
  return *number * used->in_smallest;
}

std::string write(std::uint64_t amount, std::span<const unit> units) {
  const auto whole = [amount](const unit& u) { return amount % u.in_smallest == 0; };
  const unit& used = *std::ranges::find_if(units, whole);  // the smallest unit always is
  return std::to_string(amount / used.in_smallest) + std::string(used.name);
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto parsed = parse(text, durations);
  if (!parsed) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(*parsed));
}

std::string write_duration(std::chrono::milliseconds d) {
  if (d.count() == 0) return "0s";
  return write(static_cast<std::uint64_t>(d.count()), durations);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  return parse(text, sizes);
}

std::string write_size(std::uint64_t bytes) {
  return bytes == 0 ? "0" : write(bytes, sizes);
}

}  // namespace multipass::cli
