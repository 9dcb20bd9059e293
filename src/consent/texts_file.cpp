#include "consent/texts_file.hpp"

#include <algorithm>
#include <set>

#include "base/json_text.hpp"
#include "base/json_value.hpp"

namespace multipass {
namespace {

constexpr std::size_t most_text_bytes = 2000;

error bad(std::string_view name, std::string_view why) {
  return fail(errc::bad_configuration, std::string(name) + ": expected " + std::string(why));
}

// The n of each "{n}", as fill() reads them.
std::set<char> placeholders(std::string_view text) {
  std::set<char> found;
  for (auto at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    if (at + 2 < text.size() && text[at + 2] == '}') found.insert(text[at + 1]);
  }
  return found;
}

std::string named(const std::set<char>& all) {
  std::string list;
  for (const char c : all) list += (list.empty() ? "{" : " and {") + std::string(1, c) + '}';
  return list.empty() ? "no placeholder such as {0}" : list;
}

bool is_language_tag(std::string_view text) {
  return text.size() >= 2 && text.size() <= 35 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-';
         });
}

bool is_one_line(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
}

result<void> check(std::string_view name, std::string_view own, const json_value& given) {
  if (given.what != json_value::kind::string) return bad(name, "a text");
  const std::string_view text = given.text;
  // The steps alone may be empty: then none is shown.
  const bool may_be_empty = name.ends_with("_step");
  if ((text.empty() && !may_be_empty) || text.size() > most_text_bytes || !is_one_line(text)) {
    return bad(name, "a text of 1 to 2000 bytes on one line");
  }
  if (const auto wanted = placeholders(own); placeholders(text) != wanted) {
    return bad(name, named(wanted) + ", as in our own text \"" + std::string(own) + '"');
  }
  if (name == "language" && !is_language_tag(text)) return bad(name, "a language tag such as de");
  if (name == "direction" && text != "ltr" && text != "rtl") return bad(name, "ltr or rtl");
  return {};
}

}  // namespace

result<texts> read_texts(std::string_view json) {
  auto document = parse_json(json);
  if (!document) return fail(errc::bad_configuration, document.error().message);
  if (document->what != json_value::kind::object) {
    return fail(errc::bad_configuration, "expected a JSON object of texts");
  }
  texts read;
  const auto names = names_of(read);
  for (json_value& member : document->children) {
    const auto row = std::ranges::find(names, member.key, &named_text::name);
    if (row == names.end()) {
      return bad(member.key, "one of the names that `multipass example-texts` prints");
    }
    if (auto good = check(row->name, *row->value, member); !good) return good.error();
    *row->value = std::move(member.text);
  }
  return read;
}

std::string example_texts() {
  texts own = own_texts();
  std::string json = "{";
  for (const named_text& row : names_of(own)) {
    json += json.size() == 1 ? "\n  " : ",\n  ";
    append_json_string(json, row.name);
    json += ": ";
    append_json_string(json, *row.value);
  }
  return json + "\n}\n";
}

}  // namespace multipass
