#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <charconv>
#include <chrono>
#include <ctime>
#include <fstream>

#include "bank_rows.hpp"
#include "costs.hpp"
#include "store/single_write.hpp"
#include "store/store_pool.hpp"

namespace bench {
namespace {

using namespace multipass;
using clock = std::chrono::steady_clock;
using seconds = std::chrono::duration<double>;

constexpr std::size_t purge_batch = 100;  // as the gateway does

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return double(t.tv_sec) + double(t.tv_nsec) * 1e-9;
}

// Lines of "code username__n".
std::vector<redemption> redemptions_of(const std::filesystem::path& codes) {
  std::vector<redemption> all;
  std::ifstream lines(codes);
  for (std::string line; std::getline(lines, line);) {
    redemption r;
    r.code = sha256(std::string_view(line).substr(0, line.find(' ')));
    r.tpp_username = tpp_username;
    const auto number = line.rfind('_') + 1;
    std::from_chars(line.data() + number, line.data() + line.size(), r.client_number);
    r.token = sha256("token for " + line);
    r.now = system_clock().now();
    r.token_expires_at = r.now + std::chrono::hours(24 * 3650);
    all.push_back(std::move(r));
  }
  return all;
}

// Redeems those from `next` to `last`, by so many coroutines.
void redeem_all(store_pool& pool, const std::vector<redemption>& all, std::size_t next,
                std::size_t last, std::size_t callers) {
  asio::io_context loop(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);
  bool failed = false;
  const auto redeem = [&]() -> task<> {
    while (next < last) {
      auto job = single_write(&store_writer::redeem, all[next++]);
      const auto done = co_await pool.write(job);
      failed |= !done || done->what != redeemed::outcome::issued;
    }
  };
  for (std::size_t i = 0; i < callers; ++i) asio::co_spawn(loop, redeem, asio::detached);
  loop.run();
  if (failed) throw std::runtime_error("a code was not redeemed; a list of codes is good for once");
}

std::size_t purge_once(store_writer& w, timestamp now) {
  must(w.begin());
  const std::size_t gone = must(w.purge(now, purge_batch));
  must(w.commit());
  w.tidy();
  return gone;
}

}  // namespace

issue_cost cost_of_issuing(store& s, const digest& audit_key, const std::filesystem::path& codes,
                           std::size_t callers) {
  change_clock changes;
  store_metrics metrics;
  const auto pool = must(store_pool::open(s, {}, changes, metrics));
  must(pool->write_blocking([&](store_writer& w) -> result<void> {
    w.use_audit_key(audit_key);
    return {};
  }));
  const auto all = redemptions_of(codes);
  const std::size_t each = all.size() / (round_count + 1);
  if (each < callers) throw std::runtime_error(codes.string() + ": expected more lines");
  issue_cost cost;
  for (std::size_t i = 0; i <= round_count; ++i) {  // the first makes the WAL, and does not count
    const auto begun = clock::now();
    const double cpu = cpu_seconds();
    redeem_all(*pool, all, i * each, (i + 1) * each, callers);
    if (i == 0) continue;
    cost.us.push_back(seconds(clock::now() - begun).count() * 1e6 / double(each));
    cost.cpu_us.push_back((cpu_seconds() - cpu) * 1e6 / double(each));
  }
  return cost;
}

purge_cost cost_of_purging(store& s, const digest& audit_key) {
  constexpr std::size_t batches_per_round = 20;
  const auto writer = must(s.open_writer());
  writer->use_audit_key(audit_key);
  const timestamp now = system_clock().now();
  purge_cost cost{{}, 0, purge_batch};
  for (std::size_t gone = purge_batch; gone == purge_batch;) {
    std::size_t rows = 0;
    const auto round_begun = clock::now();
    for (std::size_t i = 0; i < batches_per_round && gone == purge_batch; ++i) {
      const auto begun = clock::now();
      rows += gone = purge_once(*writer, now);
      cost.longest_ms = std::max(cost.longest_ms, seconds(clock::now() - begun).count() * 1e3);
    }
    if (rows == batches_per_round * purge_batch) {
      cost.us_per_row.push_back(seconds(clock::now() - round_begun).count() * 1e6 / double(rows));
    }
  }
  if (cost.us_per_row.empty()) throw std::runtime_error("expected more expired tokens to purge");
  return cost;
}

}  // namespace bench
