// Parameters from a query and a body. What is accepted is clean text, each name once, and the same
// when it is written again as a query.
#include "http/parameters.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/json_text.hpp"
#include "fuzz/target.hpp"

namespace multipass::fuzz {
namespace {

constexpr std::size_t most = 8;
constexpr std::array names{"accountId", "a", "scope", "accessCode", ""};

bool is_clean(std::string_view text) {
  return is_utf8(text) && std::all_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
         });
}

std::string escaped(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string all;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    all += {'%', hex[byte >> 4U], hex[byte & 15U]};
  }
  return all;
}

void check_error(const error& e) {
  require(!e.message.empty() && e.message.size() < 400, "the reason is one short line");
  require(e.code == errc::invalid_input || e.code == errc::unsupported_media, "the sender's fault");
}

void check_values(const parameters& p) {
  std::string again;
  for (const auto* name : names) {
    const auto value = p.find(name);
    require(p.require(name).has_value() == (value && !value->empty()), "require() finds as find()");
    if (!value) continue;
    require(is_clean(*value), "a value is clean text");
    again += "&" + escaped(name) + "=" + escaped(*value);
  }
  request r;
  r.query = again;
  const auto read = parameters::read(r, most);
  require(read.has_value(), "what was read can be written and read again");
  for (const auto* name : names) require(read->find(name) == p.find(name), "and is the same");
}

void check_form(const parameters& p) {
  for (const auto* name : names) {
    const auto all = p.all(name);
    require(all.size() <= most, "no more than allowed");
    require(all.empty() == !p.find(name).has_value(), "all() finds as find()");
    for (const auto value : all) require(is_clean(value), "a value is clean text");
  }
}

}  // namespace

// The query ends at the first LF; the body is what is behind it.
void fuzz_parameters(std::string_view bytes) {
  constexpr std::array types{"", "application/x-www-form-urlencoded", "application/json",
                             "application/json; charset=utf-8", "text/plain"};
  request r;
  r.content_type = types[take_choice(bytes) % types.size()];
  const auto end = std::min(bytes.find('\n'), bytes.size());
  r.query = bytes.substr(0, end);
  r.body = bytes.substr(std::min(end + 1, bytes.size()));
  if (const auto read = parameters::read(r, most)) {
    check_values(*read);
  } else {
    check_error(read.error());
  }
  if (const auto form = parameters::read_form(r, most)) {
    check_form(*form);
  } else {
    check_error(form.error());
  }
}

}  // namespace multipass::fuzz
