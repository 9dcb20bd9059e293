#include "consent/logo.hpp"

#include <algorithm>
#include <string>

#include "base/json_text.hpp"

namespace multipass {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

std::string lower(std::string_view text) {
  std::string low(text);
  std::ranges::transform(low, low.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return low;
}

// A word that begins with "on" before a '='.
bool has_event_attribute(std::string_view svg) {
  for (auto at = svg.find("on"); at != std::string_view::npos; at = svg.find("on", at + 1)) {
    if (at == 0 || is_letter(svg[at - 1])) continue;
    auto end = at + 2;
    while (end < svg.size() && is_letter(svg[end])) ++end;
    while (end < svg.size() && is_space(svg[end])) ++end;
    if (end < svg.size() && svg[end] == '=') return true;
  }
  return false;
}

// Every `before` must lead to a part of this file: "#...", perhaps quoted.
bool leads_outside(std::string_view svg, std::string_view before) {
  for (auto at = svg.find(before); at != std::string_view::npos; at = svg.find(before, at + 1)) {
    auto end = at + before.size();
    const auto skip = [&](auto which) {
      while (end < svg.size() && which(svg[end])) ++end;
    };
    skip(is_space);
    if (before != "url(") {  // an attribute: a word that only ends in "href" has no '=' here
      if (end == svg.size() || svg[end] != '=') continue;
      ++end;
    }
    skip([](char c) { return is_space(c) || c == '"' || c == '\''; });
    if (end == svg.size() || svg[end] != '#') return true;
  }
  return false;
}

error bad(std::string_view why) {
  return fail(errc::bad_configuration, std::string(why));
}

result<std::string_view> check_svg(std::string_view file) {
  const std::string svg = lower(file);
  for (const std::string_view never :
       {"<script", "<foreignobject", "<iframe", "<!doctype", "<!entity", "<?xml-stylesheet",
        "@import", "\\", "xml:base", "javascript:", "<handler", "<set", "<animate", "&#"}) {
    if (svg.find(never) != std::string::npos) {
      return bad("expected an SVG that only draws; this one has \"" + std::string(never) + '"');
    }
  }
  if (has_event_attribute(svg)) {
    return bad("expected an SVG that only draws; this one has an event attribute (\"on...=\")");
  }
  for (const std::string_view reference : {"href", "src", "url("}) {
    if (leads_outside(svg, reference)) {
      return bad("expected an SVG that refers to its own parts only; this one has a " +
                 std::string(reference) + " that leads elsewhere");
    }
  }
  return "image/svg+xml";
}

}  // namespace

result<std::string_view> logo_type(std::string_view file) {
  constexpr std::string_view png = "\x89PNG\r\n\x1a\n";
  if (file.size() > most_logo_bytes) return bad("expected at most 256 KiB");
  if (file.starts_with(png)) return "image/png";
  if (is_utf8(file) && lower(file).find("<svg") != std::string::npos) return check_svg(file);
  return bad("expected a PNG or an SVG (UTF-8) file");
}

}  // namespace multipass
