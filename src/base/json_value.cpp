#include "base/json_value.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <limits>
#include <utility>

#include "base/json_text.hpp"

namespace multipass {

namespace {

namespace json = boost::json;
using kind = json_value::kind;

// Builds the tree from the parser's events. Names and signatures are basic_parser's.
class tree_builder {
 public:
  static constexpr std::size_t max_object_size = 256;
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = 1024;
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }

  bool on_object_begin(json::error_code&) { return open(kind::object); }
  bool on_object_end(std::size_t, json::error_code&) { return close(); }
  bool on_array_begin(json::error_code&) { return open(kind::array); }
  bool on_array_end(std::size_t, json::error_code&) { return close(); }

  bool on_key_part(json::string_view s, std::size_t, json::error_code&) { return keep(s); }
  bool on_key(json::string_view s, std::size_t, json::error_code& ec) {
    keep(s);
    key_ = std::exchange(partial_, {});
    const auto& members = open_.back().children;
    if (std::ranges::find(members, key_, &json_value::key) == members.end()) return true;
    twice_ = key_;
    ec = json::error::syntax;
    return false;
  }

  bool on_string_part(json::string_view s, std::size_t, json::error_code&) { return keep(s); }
  bool on_string(json::string_view s, std::size_t, json::error_code&) {
    keep(s);
    return add(kind::string);
  }

  bool on_number_part(json::string_view s, json::error_code&) { return keep(s); }
  bool on_int64(std::int64_t, json::string_view s, json::error_code&) { return number(s); }
  bool on_uint64(std::uint64_t, json::string_view s, json::error_code&) { return number(s); }
  bool on_double(double, json::string_view s, json::error_code&) { return number(s); }

  bool on_bool(bool b, json::error_code&) {
    keep(b ? "true" : "false");
    return add(kind::boolean);
  }
  bool on_null(json::error_code&) { return add(kind::null); }

  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  const std::string& twice() const { return twice_; }
  json_value take_root() { return std::move(root_); }

 private:
  bool keep(json::string_view s) {
    partial_.append(s.data(), s.size());
    return true;
  }

  bool number(json::string_view s) {
    keep(s);
    return add(kind::number);
  }

  bool open(kind what) {
    open_.push_back({what, std::exchange(key_, {}), {}, {}});
    return true;
  }

  bool close() {
    json_value done = std::move(open_.back());
    open_.pop_back();
    return place(std::move(done));
  }

  bool add(kind what) {
    return place({what, std::exchange(key_, {}), std::exchange(partial_, {}), {}});
  }

  bool place(json_value&& value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else {
      open_.back().children.push_back(std::move(value));
    }
    return true;
  }

  json_value root_;
  std::vector<json_value> open_;  // the containers around the present place, outermost first
  std::string key_;               // of the value that comes next
  std::string partial_;           // of a string, key or number that comes in parts
  std::string twice_;
};

void append(std::string& out, const json_value& value) {
  switch (value.what) {
    case kind::null:
      out += "null";
      return;
    case kind::boolean:
    case kind::number:
      out += value.text;
      return;
    case kind::string:
      append_json_string(out, value.text);
      return;
    case kind::array:
    case kind::object:
      break;
  }
  const bool object = value.what == kind::object;
  out += object ? '{' : '[';
  for (const json_value& child : value.children) {
    if (&child != &value.children.front()) out += ',';
    if (object) {
      append_json_string(out, child.key);
      out += ':';
    }
    append(out, child);
  }
  out += object ? '}' : ']';
}

}  // namespace

result<json_value> parse_json(std::string_view text, std::size_t most_depth) {
  json::parse_options strict;
  strict.max_depth = most_depth;
  json::basic_parser<tree_builder> parser(strict);
  json::error_code ec;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
  if (!parser.handler().twice().empty()) {
    return fail(errc::invalid_input, "Member \"" + parser.handler().twice() + "\" appears twice");
  }
  if (ec == json::error::too_deep) return fail(errc::invalid_input, "JSON is nested too deeply");
  if (!ec && read < text.size()) ec = json::error::extra_data;
  if (ec) {
    return fail(errc::invalid_input,
                "Not JSON at byte " + std::to_string(read + 1) + ": " + ec.message());
  }
  return parser.handler().take_root();
}

std::string to_json(const json_value& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace multipass
