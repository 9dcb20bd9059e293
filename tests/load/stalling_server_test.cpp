// The load tool proves itself: against a server that answers promptly but stalls once on purpose,
// an open loop must report what the stall cost every request that was due meanwhile. A closed loop
// against the same server shows next to nothing of it.
#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <vector>

#include "load/options.hpp"
#include "load/run.hpp"
#include "load/scripted_server.hpp"

using namespace multipass;
using namespace multipass::load;
using multipass::testing::answer_text;
using multipass::testing::reaction;
using multipass::testing::scripted_server;

namespace {

constexpr nanos stall = 200 * one_millisecond;
constexpr unsigned connections = 4;

// Stalls at the first request that comes 400 ms after the very first one.
scripted_server::script stalls_once() {
  struct state {
    nanos first = 0;
    bool stalled = false;
  };
  return [s = std::make_shared<state>()](std::size_t, const std::string&) {
    const nanos now = clock_now();
    if (s->first == 0) s->first = now;
    const bool now_it_stalls = !s->stalled && now - s->first > 400 * one_millisecond;
    s->stalled = s->stalled || now_it_stalls;
    return reaction{answer_text(401), reaction::then::keep, now_it_stalls ? stall : 0, false};
  };
}

run_result run(const scripted_server& server, std::vector<std::string> more) {
  more.insert(more.end(), {"--to", server.address(), "--connections", std::to_string(connections),
                           "--duration", "1s", "--warmup", "0s", "--mix", "unknown"});
  const options o = parse_options(more);
  const std::atomic<bool> interrupted{false};
  return run_load(o, nullptr, interrupted);
}

std::uint64_t between(const histogram& h, nanos from, nanos to) {
  std::uint64_t n = 0;
  h.for_each(
      [&](nanos upper, std::uint64_t count) { n += upper > from && upper <= to ? count : 0; });
  return n;
}

// About 200 requests come due while the server stalls: the first waits 200 ms, the last hardly at
// all, and the others lie evenly between: 45 in each of four bands of 45 ms.
std::vector<std::uint64_t> bands(const histogram& latency) {
  std::vector<std::uint64_t> counts;
  for (nanos from = 20; from < 200; from += 45) {
    counts.push_back(between(latency, from * one_millisecond, (from + 45) * one_millisecond));
  }
  return counts;
}

void check_that_the_stall_shows(const histogram& latency) {
  BOOST_TEST(latency.max() >= stall - one_millisecond);
  BOOST_TEST(latency.percentile(99) >= 150 * one_millisecond);
  BOOST_TEST(latency.percentile(90) >= 60 * one_millisecond);
  for (const auto count : bands(latency)) BOOST_TEST(count >= 25U);
}

bool shows_nothing_else(const histogram& latency) {
  const auto counts = bands(latency);
  return latency.percentile(50) < 60 * one_millisecond &&
         *std::max_element(counts.begin(), counts.end()) <= 90U;
}

// A busy machine stalls both sides too, and that only adds: what a run must not show has to be
// absent from one of a few runs, what it must show is checked in each.
void check_runs(const std::vector<std::string>& more, void (*must_show)(const run_result&),
                bool (*shows_no_more)(const histogram&)) {
  bool clear = false;
  for (int attempt = 0; attempt < 5 && !clear; ++attempt) {
    const scripted_server server(stalls_once());
    const auto r = run(server, more);
    BOOST_TEST(r.clean());
    must_show(r);
    clear = shows_no_more(r.measured.latency());
  }
  BOOST_TEST(clear);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(load_stalling_server)

BOOST_AUTO_TEST_CASE(open_loop_counts_all_that_was_due_during_a_stall) {
  const auto must_show = [](const run_result& r) {
    BOOST_TEST(r.measured.sent.get() == 1000U);
    BOOST_TEST(r.measured.answered() == 1000U);
    check_that_the_stall_shows(r.measured.latency());
    // Four were in flight; the others had no connection to go out on, and it says so.
    BOOST_TEST(r.measured.waited.count() >= 100U);
    BOOST_TEST(r.measured.waited.max() >= 150 * one_millisecond);
  };
  check_runs({"--rate", "1000"}, must_show, shows_nothing_else);
}

BOOST_AUTO_TEST_CASE(room_to_send_into_the_stall_gives_the_same_latencies) {
  const auto must_show = [](const run_result& r) {
    BOOST_TEST(r.measured.answered() == 1000U);
    check_that_the_stall_shows(r.measured.latency());
    BOOST_TEST(r.measured.waited.count() == 0U);
  };
  check_runs({"--rate", "1000", "--depth", "256"}, must_show, shows_nothing_else);
}

BOOST_AUTO_TEST_CASE(poisson_on_two_threads_too) {
  const scripted_server server(stalls_once());
  const auto r = run(server, {"--rate", "1000", "--schedule", "poisson", "--threads", "2"});
  BOOST_TEST(r.measured.answered() > 800U);
  BOOST_TEST(r.measured.answered() == r.measured.sent.get());
  BOOST_TEST(r.measured.latency().percentile(99) >= 120 * one_millisecond);
}

BOOST_AUTO_TEST_CASE(closed_loop_hides_it) {
  const auto must_show = [](const run_result& r) {
    BOOST_TEST(r.measured.latency().max() >= stall - one_millisecond);
  };
  // One slow request on each connection, those that waited while nothing more was sent: too few for
  // the 99th percentile.
  const auto hides_the_rest = [](const histogram& latency) {
    const auto slow = between(latency, 100 * one_millisecond, histogram::longest);
    return slow <= connections && latency.count() > 100 * connections &&
           latency.percentile(99) < 100 * one_millisecond;
  };
  check_runs({"--closed"}, must_show, hides_the_rest);
}

BOOST_AUTO_TEST_CASE(what_was_due_counts_even_if_it_never_went_out) {
  // It stalls for longer than the run and the wait after it.
  const scripted_server server([](std::size_t number, const std::string&) {
    return reaction{answer_text(401), reaction::then::keep, number == 100 ? 2 * one_second : 0,
                    false};
  });
  const auto r = run(server, {"--rate", "1000", "--drain", "200ms"});
  const tally& t = r.measured;
  BOOST_TEST(t.sent.get() + t.unsent.count() == 1000U);
  BOOST_TEST(t.lost[static_cast<std::size_t>(loss::timeout)].get() == t.sent.get() - t.answered());
  BOOST_TEST(t.unsent.count() >= 800U);
  BOOST_TEST(t.latency().count() == 1000U);
  BOOST_TEST(t.latency().percentile(50) >= 400 * one_millisecond);
  BOOST_TEST(!r.clean());
}

BOOST_AUTO_TEST_SUITE_END()
