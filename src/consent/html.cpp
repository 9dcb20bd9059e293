#include "consent/html.hpp"

#include <cstddef>

#include "crypto/random.hpp"

namespace multipass {

std::string escape(std::string_view text) {
  std::string html;
  html.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string escape_name(std::string_view name) {
  return "<bdi>" + escape(name) + "</bdi>";
}

std::string fill(std::string_view text, std::initializer_list<std::string_view> html) {
  std::string filled;
  while (!text.empty()) {
    const auto at = text.find('{');
    filled += escape(text.substr(0, at));
    if (at == std::string_view::npos) break;
    text.remove_prefix(at);
    const auto index = text.size() >= 3 ? static_cast<std::size_t>(text[1] - '0') : html.size();
    if (index < html.size() && text[2] == '}') {
      filled += html.begin()[index];
      text.remove_prefix(3);
    } else {
      filled += '{';
      text.remove_prefix(1);
    }
  }
  return filled;
}

std::string grouped_iban(std::string_view iban) {
  if (!is_alphanumeric(iban)) return escape(iban);
  std::string grouped;
  for (std::size_t i = 0; i < iban.size(); ++i) {
    if (i > 0 && i % 4 == 0) grouped += ' ';
    grouped += iban[i];
  }
  return grouped;
}

}  // namespace multipass
