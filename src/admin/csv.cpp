#include "admin/csv.hpp"

#include <utility>

namespace multipass {

namespace {

void skip_line(std::string_view& text) {
  const auto end = text.find('\n');
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
}

// Takes the line end at the front of `text`, if there is one; the end of the text counts.
bool take_line_end(std::string_view& text) {
  if (text.starts_with("\r\n")) {
    text.remove_prefix(2);
  } else if (text.starts_with('\n')) {
    text.remove_prefix(1);
  } else {
    return text.empty();
  }
  return true;
}

// `text` is behind the opening quotation mark.
result<std::string> take_quoted(std::string_view& text) {
  std::string field;
  while (true) {
    const auto mark = text.find('"');
    if (mark == std::string_view::npos) {
      text = {};
      return fail(errc::invalid_input, "A quotation mark is not closed");
    }
    field += text.substr(0, mark);
    text.remove_prefix(mark + 1);
    if (!text.starts_with('"')) return field;
    field += '"';
    text.remove_prefix(1);
  }
}

result<std::string> take_bare(std::string_view& text) {
  const auto end = text.find_first_of(",\r\n\"");
  std::string field(text.substr(0, end));
  text.remove_prefix(field.size());
  if (text.starts_with('"')) {
    return fail(errc::invalid_input,
                "A quotation mark inside a field that does not begin with one");
  }
  return field;
}

}  // namespace

result<csv_record> next_csv_record(std::string_view& text) {
  csv_record record;
  while (true) {
    const bool quoted = text.starts_with('"');
    if (quoted) text.remove_prefix(1);
    auto field = quoted ? take_quoted(text) : take_bare(text);
    if (!field) {
      skip_line(text);
      return field.error();
    }
    record.push_back(std::move(*field));
    if (text.starts_with(',')) {
      text.remove_prefix(1);
    } else if (take_line_end(text)) {
      return record;
    } else {
      skip_line(text);
      return fail(errc::invalid_input,
                  quoted ? "Text behind a closing quotation mark" : "A stray carriage return");
    }
  }
}

}  // namespace multipass
