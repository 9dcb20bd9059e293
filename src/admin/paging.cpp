#include "admin/paging.hpp"

#include <charconv>
#include <system_error>

namespace multipass {

namespace {

constexpr std::int64_t most_listed = 1000;
constexpr std::size_t listed_unasked = 100;

}  // namespace

std::optional<std::int64_t> read_number(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end || number < 0) return std::nullopt;
  return number;
}

result<std::int64_t> read_after(const parameters& asked) {
  const auto text = asked.find("after");
  if (!text) return 0;
  if (const auto after = read_number(*text)) return *after;
  return fail(errc::invalid_input, "Parameter after must be an id");
}

result<std::size_t> read_limit(const parameters& asked) {
  const auto text = asked.find("limit");
  if (!text) return listed_unasked;
  const auto limit = read_number(*text);
  if (!limit || *limit < 1 || *limit > most_listed) {
    return fail(errc::invalid_input, "Parameter limit must be 1 to 1000");
  }
  return static_cast<std::size_t>(*limit);
}

}  // namespace multipass
