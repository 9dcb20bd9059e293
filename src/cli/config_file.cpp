#include "cli/config_file.hpp"

#include <algorithm>

#include "cli/settings.hpp"
#include "cli/text_file.hpp"

namespace multipass::cli {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// A '#' begins a comment at the start of a line or behind a blank, so that one inside a value
// stays.
std::string_view without_comment(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t')) {
      return line.substr(0, i);
    }
  }
  return line;
}

error bad(const std::string& where, const std::string& what) {
  return fail(errc::bad_configuration, where + ": " + what);
}

}  // namespace

result<void> config_draft::read_text(std::string_view text, const std::string& name) {
  std::map<std::string, std::string, std::less<>> seen;
  std::size_t number = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(without_comment(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string where = name + ":" + std::to_string(++number);
    if (line.empty()) continue;

    const auto equals = line.find('=');
    if (equals == std::string_view::npos) {
      return bad(where, "expected key = value, not \"" + std::string(line) + "\"");
    }
    const std::string key(trimmed(line.substr(0, equals)));
    const setting* known = find_setting(key);
    if (known == nullptr) {
      return bad(where, "unknown key \"" + key + "\"; `multipass example-config` prints all keys");
    }
    const auto [first, is_new] = seen.emplace(key, where);
    if (!is_new) return bad(where, key + ": expected once, but it is at " + first->second + " too");
    const auto set = known->set(config_, trimmed(line.substr(equals + 1)));
    if (!set) return bad(where, set.error().message);
  }
  for (auto& [key, where] : seen) origins_[key] = where + ": ";
  return {};
}

result<void> config_draft::read_file(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text) return text.error();
  return read_text(*text, path);
}

result<void> config_draft::set_flag(const std::string& key, std::string_view value) {
  const setting* known = find_setting(key);
  if (known == nullptr) return fail(errc::bad_configuration, "--" + key + " is unknown");
  if (const auto set = known->set(config_, value); !set) {
    return fail(errc::bad_configuration, "--" + set.error().message);
  }
  origins_[key] = "--";
  return {};
}

result<config> config_draft::finish() const {
  const auto checked = validate(config_);
  if (checked) return config_;
  const std::string& message = checked.error().message;  // "<key>: expected ..."
  const setting* refused = find_setting(message.substr(0, message.find(':')));
  if (refused == nullptr) return checked.error();
  const auto origin = origins_.find(refused->key);
  return fail(errc::bad_configuration, (origin == origins_.end() ? "" : origin->second) + message +
                                           ", not \"" + refused->get(config_) + "\"");
}

std::string example_config() {
  std::string text =
      "# MultiPass configuration: every setting with its default, as `multipass example-config`\n"
      "# prints it. Flags of `multipass serve` have the same names and override this file.\n"
      "# Durations: 250ms, 10s, 30min, 12h, 180d. Sizes: bytes, or 64KiB, 16MiB, 1GiB.\n";
  const config defaults;
  for (const setting& s : settings()) {
    if (!s.heading.empty()) text += "\n## " + std::string(s.heading) + "\n\n";
    const std::string value = s.get(defaults);
    text += "# " + std::string(s.meaning) + "\n" + std::string(s.key) + " =" +
            (value.empty() ? "" : " ") + value + "\n";
  }
  return text;
}

}  // namespace multipass::cli
