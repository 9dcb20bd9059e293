#include "http/client_address.hpp"

#include <array>
#include <optional>

#include "base/character_set.hpp"

namespace multipass {
namespace {

constexpr std::size_t longest_address = 45;  // INET6_ADDRSTRLEN without its end
constexpr character_set address_characters = digits.with("abcdefABCDEF:.");  // no scope id

bool is_port(std::string_view text) {
  return text.size() >= 2 && text.size() <= 6 && text.front() == ':' &&
         digits.has_all(text.substr(1));
}

std::optional<ip_address> parse_bare(std::string_view text) {
  if (text.size() > longest_address || !address_characters.has_all(text)) return std::nullopt;
  std::array<char, longest_address + 1> terminated{};
  text.copy(terminated.data(), text.size());
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address(terminated.data(), ec);
  if (ec) return std::nullopt;
  return without_mapping(address);
}

std::optional<ip_address> parse_stated(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const auto rest = text.substr(end + 1);
    const auto inside = text.substr(1, end - 1);
    if (inside.find(':') == std::string_view::npos) return std::nullopt;
    if (!rest.empty() && !is_port(rest)) return std::nullopt;
    return parse_bare(inside);
  }
  const auto colon = text.find(':');
  const bool one_colon = colon != std::string_view::npos && colon == text.rfind(':');
  if (one_colon) {
    if (!is_port(text.substr(colon))) return std::nullopt;
    text = text.substr(0, colon);
  }
  return parse_bare(text);
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

ip_address client_address(const ip_address& from, std::span<const std::string_view> fields,
                          const networks& trusted) {
  ip_address known = from;
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    std::string_view left = *field;
    while (!left.empty() && trusted.contains(known)) {
      const auto comma = left.rfind(',');
      const auto begin = comma == std::string_view::npos ? 0 : comma + 1;
      const auto one = trimmed(left.substr(begin));
      left = left.substr(0, begin == 0 ? 0 : comma);
      if (one.empty()) continue;  // RFC 9110, section 5.6.1.2
      const auto stated = parse_stated(one);
      if (!stated) return known;
      known = *stated;
    }
  }
  return known;
}

}  // namespace multipass
