#include "load/given_options.hpp"

#include <array>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <stdexcept>

#include "load/options.hpp"
#include "load/quantities.hpp"

namespace multipass::load {

namespace po = boost::program_options;

void refuse(const std::string& option, const std::string& expected) {
  throw usage_error("--" + option + ": " + expected);
}

given_options::given_options(const std::vector<std::string>& arguments) {
  constexpr std::array flags{"help", "version", "closed", "quiet", "allow-errors"};
  constexpr std::array single{"to",           "connections", "depth",          "threads",
                              "cpus",         "rate",        "drain",          "schedule",
                              "duration",     "warmup",      "timeout",        "spin",
                              "mix",          "rate-cap",    "pick",           "request",
                              "duration-cap", "account",     "flow",           "codes",
                              "admin",        "tpp-file",    "admin-key-file", "redirect-uri",
                              "scope",        "psu",         "seed",           "json",
                              "csv",          "plot"};
  constexpr std::array repeatable{"tokens", "expect"};
  po::options_description known;
  for (const char* name : flags) known.add_options()(name, "");
  for (const char* name : single) known.add_options()(name, po::value<std::string>());
  for (const char* name : repeatable) {
    known.add_options()(name, po::value<std::vector<std::string>>());
  }
  namespace style = po::command_line_style;
  try {
    po::store(po::command_line_parser(arguments)
                  .options(known)
                  .positional({})
                  .style(style::unix_style & ~style::allow_guessing)
                  .run(),
              values_);
  } catch (const po::too_many_positional_options_error&) {
    throw usage_error("every argument is an option that begins with --");
  } catch (const po::error& e) {
    throw usage_error(e.what());
  }
}

std::vector<std::string> given_options::all(const std::string& name) const {
  if (!has(name)) return {};
  return values_[name].as<std::vector<std::string>>();
}

void given_options::text(const std::string& name, std::string& into) const {
  if (!has(name)) return;
  into = one(name);
  if (into.empty()) refuse(name, "expected something that is not empty");
}

void given_options::duration(const std::string& name, nanos& into, bool may_be_zero) const {
  if (!has(name)) return;
  const auto read = parse_duration(one(name));
  if (!read || (*read == 0 && !may_be_zero)) {
    refuse(name, "expected a duration such as 500ms, 10s or 5min, got \"" + one(name) + "\"");
  }
  into = *read;
}

void given_options::rate(const std::string& name, double& into) const {
  if (!has(name)) return;
  const auto read = parse_rate(one(name));
  if (!read || *read <= 0) {
    refuse(name, "expected requests a second such as 500, 50k or 0.5, got \"" + one(name) + "\"");
  }
  into = *read;
}

void given_options::place(const std::string& name, address_text& into) const {
  try {
    into = parse_address(one(name));
  } catch (const std::invalid_argument& e) {
    refuse(name, e.what() + (", got \"" + one(name) + "\""));
  }
}

std::uint64_t given_options::whole_number(const std::string& name, std::uint64_t least,
                                          std::uint64_t most) const {
  const auto read = parse_count(one(name));
  if (!read || *read < least || *read > most) {
    refuse(name, "expected a whole number from " + std::to_string(least) + " to " +
                     std::to_string(most) + ", got \"" + one(name) + "\"");
  }
  return *read;
}

}  // namespace multipass::load
