#include "fill_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace bench {
namespace {

constexpr std::size_t most_rows = 50'000'000;  // 32 bytes of memory each while they are sorted

struct number_option {
  std::string_view name;
  std::size_t fill_options::*value;
  std::size_t least;
  std::size_t most;
};

constexpr std::array number_options{
    number_option{"--tokens", &fill_options::tokens, 1, most_rows},
    number_option{"--expired", &fill_options::expired, 0, most_rows},
    number_option{"--codes", &fill_options::codes, 0, most_rows},
    number_option{"--psus", &fill_options::psus, 1, most_rows},
    number_option{"--accounts", &fill_options::accounts, 1, 100},
};

std::string range(const number_option& o) {
  return std::to_string(o.least) + " to " + std::to_string(o.most);
}

// Empty when all is well.
std::string set_number(fill_options& to, const number_option& o, std::string_view text) {
  std::size_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  if (!whole || number < o.least || number > o.most) {
    return std::string(o.name) + ": expected a number from " + range(o) + ", not \"" +
           std::string(text) + '"';
  }
  to.*o.value = number;
  return {};
}

std::string set_option(fill_options& to, std::string_view name, std::string_view value) {
  if (name == "--database" || name == "--out") {
    if (value.empty()) return std::string(name) + ": expected a path, not nothing";
    (name == "--out" ? to.out : to.database) = value;
    return {};
  }
  const auto* const known = std::find_if(number_options.begin(), number_options.end(),
                                         [&](const auto& o) { return o.name == name; });
  if (known != number_options.end()) return set_number(to, *known, value);
  return "unknown option \"" + std::string(name) + "\"; see fill_store --help";
}

}  // namespace

const char* const fill_usage =
    "usage: fill_store --database FILE --tokens N [options]\n"
    "Makes FILE, its key file FILE.key, and lists of what is in it.\n"
    "  --tokens N     live tokens, one consent each, all three scopes\n"
    "  --expired N    tokens that expired up to 90 days ago, with their codes; a gateway "
    "purges\n"
    "                 both from 60 s after its start on\n"
    "  --codes N      codes that wait to be redeemed, for an hour\n"
    "  --psus N       account holders, psu1 ... psuN (default: a tenth of the tokens)\n"
    "  --accounts N   accounts per PSU, all in each consent of hers; ids 10000000001 ... (default "
    "2)\n"
    "  --out DIR      for valid.tokens, expired.tokens, codes (lines: code clientId) and tpp\n"
    "                 (line: username secret); default: the folder of FILE\n";

std::variant<fill_options, help_wanted, std::string> parse_fill_options(int argc,
                                                                        const char* const* argv) {
  fill_options o;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--help") return help_wanted{};
    if (i + 1 == argc) return std::string(name) + ": expected a value behind it";
    if (auto wrong = set_option(o, name, argv[i + 1]); !wrong.empty()) return wrong;
  }
  if (o.database.empty()) return "--database: expected the path of a file to make";
  if (o.tokens == 0) return "--tokens: expected a number from 1 to " + std::to_string(most_rows);
  if (o.psus == 0) o.psus = std::max<std::size_t>(1, o.tokens / 10);
  if (o.out.empty()) o.out = o.database.parent_path();
  return o;
}

}  // namespace bench
