#include "http/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/form_text.hpp"
#include "base/json_text.hpp"
#include "base/json_value.hpp"
#include "http/header_field.hpp"

namespace multipass {
namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

bool is_clean(std::string_view text) {
  return is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

// A name is repeated in a message only when it is harmless to print.
std::string quoted(std::string_view name) {
  if (name.size() > 64 || !is_clean(name)) return "A parameter";
  return "Parameter " + std::string(name);
}

result<void> add(pairs& all, std::string name, std::string value, std::size_t most) {
  if (!is_clean(name))
    return fail(errc::invalid_input, "A parameter's name is not clean UTF-8 text");
  if (!is_clean(value)) {
    return fail(errc::invalid_input,
                quoted(name) + " is not UTF-8 text without control characters");
  }
  if (all.size() >= most) return fail(errc::invalid_input, "Too many parameters");
  all.emplace_back(std::move(name), std::move(value));
  return {};
}

result<void> read_encoded(pairs& all, std::string_view text, std::size_t most) {
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = decode_form_text(pair.substr(0, equals));
    if (!name) return fail(errc::invalid_input, "A parameter's name has a bad percent escape");
    auto value = decode_form_text(pair.substr(std::min(equals + 1, pair.size())));
    if (!value) return fail(errc::invalid_input, quoted(*name) + " has a bad percent escape");
    if (auto r = add(all, std::move(*name), std::move(*value), most); !r) return r;
  }
  return {};
}

template <class T>
bool is_whole(std::string_view text) {
  T number{};
  const auto end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, number);
  return problem == std::errc{} && stopped == end;
}

// Text as it is; a number when it is whole and has 64 bits, such as an accountId. Nothing else.
bool is_plain(const json_value& member) {
  if (member.what == json_value::kind::string) return true;
  return member.what == json_value::kind::number &&
         (is_whole<std::int64_t>(member.text) || is_whole<std::uint64_t>(member.text));
}

result<void> read_json(pairs& all, const request& r, std::size_t most) {
  auto body = parse_json(r.body, r.max_json_depth);
  if (!body) return fail(errc::invalid_input, "The body: " + body.error().message);
  if (body->what != json_value::kind::object) {
    return fail(errc::invalid_input, "The body must be a JSON object");
  }
  for (auto& member : body->children) {
    if (!is_plain(member)) {
      return fail(errc::invalid_input, quoted(member.key) + " must be a string or a whole number");
    }
    auto added = add(all, std::move(member.key), std::move(member.text), most);
    if (!added) return added;
  }
  return {};
}

result<void> check_unrepeated(const pairs& all) {
  for (auto i = all.begin(); i != all.end(); ++i) {
    const auto same = [&](const auto& other) { return other.first == i->first; };
    if (std::any_of(all.begin(), i, same)) {
      return fail(errc::invalid_input, quoted(i->first) + " was given more than once");
    }
  }
  return {};
}

}  // namespace

result<parameters> parameters::read(const request& r, std::size_t most) {
  parameters p;
  if (auto read = read_encoded(p.pairs_, r.query, most); !read) return read.error();
  if (!r.body.empty()) {
    result<void> read;
    if (is_media_type(r.content_type, "application/x-www-form-urlencoded")) {
      read = read_encoded(p.pairs_, r.body, most);
    } else if (is_media_type(r.content_type, "application/json")) {
      read = read_json(p.pairs_, r, most);
    } else {
      read = fail(errc::unsupported_media,
                  "The body must be application/x-www-form-urlencoded or application/json");
    }
    if (!read) return read.error();
  }
  if (auto once = check_unrepeated(p.pairs_); !once) return once.error();
  return p;
}

result<parameters> parameters::read_form(const request& r, std::size_t most) {
  parameters p;
  if (auto read = read_encoded(p.pairs_, r.query, most); !read) return read.error();
  if (!r.body.empty()) {
    if (!is_media_type(r.content_type, "application/x-www-form-urlencoded")) {
      return fail(errc::unsupported_media, "The form must be application/x-www-form-urlencoded");
    }
    if (auto read = read_encoded(p.pairs_, r.body, most); !read) return read.error();
  }
  return p;
}

std::optional<std::string_view> parameters::find(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

result<std::string_view> parameters::require(std::string_view name) const {
  const auto value = find(name);
  if (!value || value->empty()) {
    return fail(errc::invalid_input, "Parameter " + std::string(name) + " is missing");
  }
  return *value;
}

std::vector<std::string_view> parameters::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : pairs_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

}  // namespace multipass
