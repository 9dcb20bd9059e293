// Prints as JSON what a hit, a miss, an issue and a purge cost with the database that fill_store
// made: see costs.hpp. The database is changed: codes are redeemed, expired tokens purged.
#include <boost/json.hpp>
#include <exception>
#include <iostream>

#include "bank_rows.hpp"
#include "costs.hpp"
#include "crypto/server_key.hpp"
#include "store/sqlite_store.hpp"

namespace {

using namespace bench;

constexpr std::size_t callers = 64;
constexpr const char* usage =
    "usage: store_costs DIR\n"
    "DIR holds bank.db, valid.tokens, expired.tokens and codes, as fill_store makes them with\n"
    "--database DIR/bank.db.\n";

boost::json::array json_of(const rounds& values) {
  return boost::json::array(values.begin(), values.end());
}

boost::json::object measure(const std::filesystem::path& folder) {
  const auto opened = must(multipass::sqlite_store::open(folder / "bank.db"));
  const auto audit_key =
      must(multipass::load_server_key(folder / "bank.db.key", false)).audit_key();
  const auto tokens = digests_of_first_words(folder / "valid.tokens");
  boost::json::object costs{{"tokens", tokens.size()}};
  costs["miss_ns"] = json_of(miss_ns(*opened, tokens));
  const auto issue = cost_of_issuing(*opened, audit_key, folder / "codes", callers);
  costs["issue_us"] = json_of(issue.us);
  costs["issue_cpu_us"] = json_of(issue.cpu_us);
  const auto purge = cost_of_purging(*opened, audit_key);
  costs["purge_us_per_row"] = json_of(purge.us_per_row);
  costs["purge_longest_ms"] = purge.longest_ms;
  costs["purge_batch"] = purge.batch;
  const auto hit = cost_of_hits(tokens);
  costs["hit_ns"] = json_of(hit.hit_ns);
  costs["cache_held"] = hit.held;
  costs["cache_slots"] = hit.slots;
  return costs;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--help") {
    std::cout << usage;
    return 0;
  }
  if (argc != 2 || !std::filesystem::is_directory(argv[1])) {
    std::cerr << "store_costs: expected one argument, the folder that fill_store filled\n";
    return 2;
  }
  try {
    std::cout << boost::json::serialize(measure(argv[1])) << '\n';
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "store_costs: " << e.what() << '\n';
    return 1;
  }
}
