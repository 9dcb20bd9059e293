#include "http/parameters.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/json_text.hpp"

namespace multipass {
namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// application/x-www-form-urlencoded (WHATWG URL, section 5.1), strict.
std::optional<std::string> decode(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      plain += ' ';
    } else if (text[i] != '%') {
      plain += text[i];
    } else {
      const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      plain += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return plain;
}

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
    auto name = decode(pair.substr(0, equals));
    if (!name) return fail(errc::invalid_input, "A parameter's name has a bad percent escape");
    auto value = decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!value) return fail(errc::invalid_input, quoted(*name) + " has a bad percent escape");
    if (auto r = add(all, std::move(*name), std::move(*value), most); !r) return r;
  }
  return {};
}

// Boost.JSON folds duplicate keys silently, so they are looked for in the text it was parsed from:
// an object that prints with fewer members than the text has at depth one held a duplicate.
std::size_t members_in_text(std::string_view json) {
  std::size_t colons = 0;
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    } else if (c == ':' && depth == 1) {
      ++colons;
    }
  }
  return colons;
}

result<void> read_json(pairs& all, std::string_view text, std::size_t most) {
  boost::json::error_code ec;
  boost::json::parse_options options;
  options.max_depth = 16;
  const auto value = boost::json::parse(text, ec, {}, options);
  if (ec) return fail(errc::invalid_input, "The body is not valid JSON");
  if (!value.is_object()) return fail(errc::invalid_input, "The body must be a JSON object");
  const auto& object = value.get_object();
  if (members_in_text(text) != object.size()) {
    return fail(errc::invalid_input, "The JSON body has the same name twice");
  }
  for (const auto& [key, member] : object) {
    std::string plain;
    if (member.is_string()) {
      plain = std::string(member.get_string());
    } else if (member.is_int64() || member.is_uint64()) {
      plain = boost::json::serialize(member);
    } else {
      return fail(errc::invalid_input, quoted(key) + " must be a string or a whole number");
    }
    if (auto r = add(all, std::string(key), std::move(plain), most); !r) return r;
  }
  return {};
}

bool is_media_type(std::string_view content_type, std::string_view wanted) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  return boost::beast::iequals(type, wanted);
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
      read = read_json(p.pairs_, r.body, most);
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
