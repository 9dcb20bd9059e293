// What a run is to do, as given on the command line: every option with its default. usage.cpp
// explains them to people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "load/address.hpp"
#include "load/clock.hpp"
#include "load/schedule.hpp"
#include "load/token_picker.hpp"

namespace multipass::load {

/// Names the option and what was expected: one line.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct weighted_name {
  std::string name;
  double weight = 1;
};

enum class flow_kind { none, issue, whole };

struct options {
  address_text to;
  std::size_t connections = 64;
  std::size_t depth = 1;
  unsigned threads = 1;
  std::vector<int> cpus;  ///< worker i runs on cpus[i]; empty: wherever the system puts it

  bool closed = false;  ///< else open, at `rate`
  double rate = 0;
  schedule_kind schedule = schedule_kind::constant;
  nanos duration = 10 * one_second;
  nanos warmup = one_second;
  nanos timeout = 10 * one_second;
  nanos drain = 10 * one_second;
  nanos spin = 50 * one_microsecond;
  double rate_cap = 1e6;
  nanos duration_cap = 3600 * one_second;

  std::vector<std::pair<std::string, std::string>> tokens;  ///< kind, file
  std::vector<weighted_name> mix{{"valid", 1}};
  pick_order pick = pick_order::uniform;
  double theta = 0.99;
  std::vector<weighted_name> requests{{"accounts", 1}};
  std::vector<std::pair<std::string, unsigned>> expected;  ///< kind or request, status
  std::string account;
  flow_kind flow = flow_kind::none;
  std::string codes_file;
  std::optional<address_text> admin;
  std::string admin_key_file;
  std::string tpp_file;
  std::string redirect_uri = "http://127.0.0.1:9090/callback";
  std::string scope = "account.list,account.details,account.balance";
  std::string psu = "john";

  std::uint64_t seed = 0;
  std::string json, csv, plot;  ///< file names; json may be "-"
  bool quiet = false;
  bool allow_errors = false;

  enum class wish { run, help, version };
  wish what = wish::run;
};

/// `arguments` without the program's name. Throws usage_error; opens no file.
options parse_options(const std::vector<std::string>& arguments);

/// Worker `part`'s share of --connections.
constexpr std::size_t worker_connections(const options& o, unsigned part) {
  return o.connections / o.threads + (part < o.connections % o.threads ? 1 : 0);
}

/// What --help prints.
std::string usage_text();

}  // namespace multipass::load
