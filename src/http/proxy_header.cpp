#include "http/proxy_header.hpp"

#include <algorithm>
#include <array>

#include "base/character_set.hpp"

namespace multipass {
namespace {

namespace ip = boost::asio::ip;
using state = proxy_header::state;

constexpr std::string_view mark_1 = "PROXY ";
constexpr std::string_view mark_2{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t longest_line = 107;  // of version 1, with its CR LF
constexpr std::size_t front_size = 16;     // of version 2: the mark, command, family, length

proxy_header bad() {
  return {state::bad, 0, std::nullopt};
}
proxy_header more(std::size_t size) {
  return {state::more, size, std::nullopt};
}

bool may_begin(std::string_view bytes, std::string_view mark) {
  const auto size = std::min(bytes.size(), mark.size());
  return bytes.substr(0, size) == mark.substr(0, size);
}

// Takes the text up to the next space, or all.
std::string_view next_word(std::string_view& line) {
  const auto end = std::min(line.find(' '), line.size());
  const auto word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || !digits.has_all(text)) return false;
  if (text.size() > 1 && text.front() == '0') return false;
  return text.size() < 5 || text <= "65535";
}

std::optional<ip_address> parse_address(std::string_view text, bool v6) {
  constexpr character_set v4_characters = digits.with(".");
  constexpr character_set v6_characters = digits.with("abcdefABCDEF:.");
  std::array<char, 46> terminated{};
  if (text.size() >= terminated.size()) return std::nullopt;
  if (!(v6 ? v6_characters : v4_characters).has_all(text)) return std::nullopt;
  text.copy(terminated.data(), text.size());
  boost::system::error_code ec;
  const auto address = ip::make_address(terminated.data(), ec);
  if (ec || address.is_v6() != v6) return std::nullopt;
  return address;
}

// "TCP4 192.0.2.7 192.0.2.1 4711 443", behind the mark and without CR LF.
proxy_header read_line(std::string_view line, std::size_t size) {
  const auto family = next_word(line);
  if (family == "UNKNOWN") return {state::done, size, std::nullopt};  // whatever stands behind it
  if (family != "TCP4" && family != "TCP6") return bad();
  const auto source = parse_address(next_word(line), family == "TCP6");
  const auto destination = parse_address(next_word(line), family == "TCP6");
  const auto source_port = next_word(line);
  if (!source || !destination || !is_port(source_port) || !is_port(line)) return bad();
  return {state::done, size, without_mapping(*source)};
}

proxy_header read_version_1(std::string_view bytes) {
  const auto end = bytes.find('\r');
  if (end == std::string_view::npos) {
    return bytes.size() + 2 > longest_line ? bad() : more(2);
  }
  if (end + 2 > longest_line) return bad();
  if (end + 1 == bytes.size()) return more(1);
  if (bytes[end + 1] != '\n') return bad();
  return read_line(bytes.substr(mark_1.size(), end - mark_1.size()), end + 2);
}

template <class Bytes>
Bytes bytes_at(std::string_view text, std::size_t at) {
  Bytes bytes{};
  std::transform(text.begin() + static_cast<std::ptrdiff_t>(at),
                 text.begin() + static_cast<std::ptrdiff_t>(at + bytes.size()), bytes.begin(),
                 [](char c) { return static_cast<unsigned char>(c); });
  return bytes;
}

proxy_header read_version_2(std::string_view bytes) {
  if (bytes.size() < front_size) return more(front_size - bytes.size());
  const auto front = bytes_at<std::array<unsigned char, 4>>(bytes, mark_2.size());
  const std::size_t length = front[2] * 256U + front[3];
  const std::size_t size = front_size + length;
  if (size > longest_proxy_header) return bad();
  constexpr unsigned local = 0x20, proxied = 0x21;  // version 2 in the upper half
  if (front[0] != local && front[0] != proxied) return bad();
  constexpr unsigned unspecified = 0x00, tcp_4 = 0x11, tcp_6 = 0x21, unix_stream = 0x31;
  const unsigned family = front[1];
  const std::size_t addresses = family == tcp_4         ? 12
                                : family == tcp_6       ? 36
                                : family == unix_stream ? 216
                                                        : 0;
  // A balancer's own connection may name any family: what it says is skipped.
  if (front[0] == proxied) {
    if (addresses == 0 && family != unspecified) return bad();
    if (length < addresses) return bad();
  }
  if (bytes.size() < size) return more(size - bytes.size());
  std::optional<ip_address> source;
  if (front[0] == proxied && family == tcp_4) {
    source = ip::address_v4(bytes_at<ip::address_v4::bytes_type>(bytes, front_size));
  } else if (front[0] == proxied && family == tcp_6) {
    source =
        without_mapping(ip::address_v6(bytes_at<ip::address_v6::bytes_type>(bytes, front_size)));
  }
  return {state::done, size, source};  // TLVs, if any, are skipped
}

}  // namespace

// The shortest header of either version is longer than the longer mark.
proxy_header read_proxy_header(std::string_view bytes) {
  if (bytes.empty()) return more(mark_2.size());
  if (!may_begin(bytes, mark_1) && !may_begin(bytes, mark_2)) return bad();
  return bytes.starts_with('P') ? read_version_1(bytes) : read_version_2(bytes);
}

}  // namespace multipass
