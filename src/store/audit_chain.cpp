#include "store/audit_chain.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "crypto/encoding.hpp"

namespace multipass {
namespace {

hmac_key derived(const digest& key, std::string_view label) noexcept {
  const digest made = hmac(bytes_of(key), label);
  return hmac_key(bytes_of(made));
}

void append(std::string& to, std::int64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    to += static_cast<char>(static_cast<std::uint64_t>(number) >> shift);
  }
}

void append(std::string& to, std::string_view text) {
  append(to, static_cast<std::int64_t>(text.size()));
  to += text;
}

void append(std::string& to, const audit_head& head) {
  append(to, head.id);
  to += bytes_of(head.hash);
}

}  // namespace

audit_chain::audit_chain(const digest& key) noexcept
    : record_key_(derived(key, "records")), head_key_(derived(key, "head")) {}

audit_head audit_chain::after(const audit_head& last, const audit_act& act) const {
  std::string bytes;
  bytes.reserve(256);
  append(bytes, last);
  append(bytes, act.at.time_since_epoch().count());
  for (const std::string_view text :
       {std::string_view(act.actor), std::string_view(act.action), std::string_view(act.subject),
        std::string_view(act.details)}) {
    append(bytes, text);
  }
  return {last.id + 1, record_key_.of(bytes)};
}

digest audit_chain::seal_of(const audit_head& head) const {
  std::string bytes;
  append(bytes, head);
  return head_key_.of(bytes);
}

std::string audit_chain::seal(const audit_head& head) const {
  const digest made = seal_of(head);
  return to_string(head) + ':' + base64url(bytes_of(made));
}

std::optional<audit_head> audit_chain::open(std::string_view sealed) const {
  const auto end = sealed.rfind(':');
  if (end == std::string_view::npos) return std::nullopt;
  const auto head = parse_audit_head(sealed.substr(0, end));
  const auto found = from_base64url(sealed.substr(end + 1));
  digest given;
  if (!head || !found || found->size() != given.bytes.size()) return std::nullopt;
  std::copy(found->begin(), found->end(), given.bytes.begin());
  if (!equal_in_constant_time(given, seal_of(*head))) return std::nullopt;
  return *head;
}

std::string to_string(const audit_head& head) {
  return std::to_string(head.id) + ':' + base64url(bytes_of(head.hash));
}

result<audit_head> parse_audit_head(std::string_view text) {
  audit_head head;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, head.id);
  const bool number = read.ec == std::errc{} && read.ptr != end && *read.ptr == ':';
  const auto bytes =
      number ? from_base64url({read.ptr + 1, static_cast<std::size_t>(end - read.ptr - 1)})
             : std::nullopt;
  if (!bytes || bytes->size() != head.hash.bytes.size() || head.id < 1) {
    return fail(errc::invalid_input, "a head is expected as an export ends with it: ID:HASH");
  }
  std::copy(bytes->begin(), bytes->end(), head.hash.bytes.begin());
  if (to_string(head) != text) {
    return fail(errc::invalid_input, "a head is expected as an export ends with it: ID:HASH");
  }
  return head;
}

}  // namespace multipass
