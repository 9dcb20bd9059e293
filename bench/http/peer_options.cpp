// See peer_options.hpp.
#include "peer_options.hpp"

#include <errno.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace peers {
namespace {

[[noreturn]] void refuse(std::string_view option, const std::string& expected) {
  std::fprintf(stderr, "%s: --%.*s: expected %s\n", program_invocation_short_name,
               static_cast<int>(option.size()), option.data(), expected.c_str());
  std::exit(2);
}

unsigned read_number(std::string_view option, std::string_view text, unsigned most) {
  unsigned number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || number < 1 || number > most) {
    refuse(option,
           "a number from 1 to " + std::to_string(most) + ", got \"" + std::string(text) + "\"");
  }
  return number;
}

void take(options& into, std::string_view name, std::string_view value) {
  if (name == "port") {
    into.port = static_cast<std::uint16_t>(read_number(name, value, 65535));
  } else if (name == "threads") {
    into.threads = read_number(name, value, 64);
  } else if (name == "answer") {
    into.answer = value;
  } else if (name == "tokens") {
    into.tokens = value;
  }
}

}  // namespace

options read_options(int argc, char** argv, std::initializer_list<std::string_view> known) {
  const auto is_known = [&](std::string_view name) {
    return name == "port" || name == "threads" || name == "answer" ||
           std::find(known.begin(), known.end(), name) != known.end();
  };
  options o;
  for (int i = 1; i < argc; ++i) {
    std::string_view name = argv[i];
    if (!name.starts_with("--")) refuse(name, "an option that begins with --");
    name.remove_prefix(2);
    if (!is_known(name)) refuse(name, "an option that this program has");
    if (name == "gather") {
      o.gather = true;
      continue;
    }
    if (++i == argc) refuse(name, "a value behind it");
    take(o, name, argv[i]);
  }
  if (o.port == 0) refuse("port", "a number from 1 to 65535");
  if (o.answer.empty()) refuse("answer", "a file");
  if (is_known("tokens") && o.tokens.empty()) refuse("tokens", "a file");
  return o;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad()) fail("cannot read " + path);
  return content;
}

void fail(const std::string& reason) {
  std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, reason.c_str());
  std::exit(1);
}

}  // namespace peers
