#include "store/store_pool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>
#include <latch>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "store/single_write.hpp"
#include "support/scripted_store.hpp"

namespace multipass {
namespace {

using testing::scripted_store;

auto set(std::string name) {
  return [name = std::move(name)](store_writer& w) { return w.set_setting(name, "set"); };
}

// True as soon as `condition` holds; false when it does not within a time that only a failure
// needs.
template <class Condition>
bool comes_true(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

struct fixture {
  scripted_store kept;
  change_clock changes;
  store_metrics metrics;
  asio::io_context loop{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  std::unique_ptr<store_pool> pool;
  std::latch busy{1}, release{1};

  fixture() { open({.readers = 2, .queue = 16, .foreign_change_poll = std::chrono::hours(1)}); }

  void open(store_pool::options o) {
    pool.reset();
    pool = std::move(*store_pool::open(kept, o, changes, metrics));
    kept.take_log();
  }

  // Queues a write on the event loop, as a handler would; the outcome is there after loop.run().
  template <class Job, class Outcome>
  void write(Job job, std::optional<Outcome>& outcome) {
    auto ask = [](store_pool& p, Job j, std::optional<Outcome>& out) -> task<> {
      out = co_await p.write(std::move(j));
    };
    asio::co_spawn(loop, ask(*pool, std::move(job), outcome), asio::detached);
    loop.poll();
  }

  // Keeps the writing thread in a transaction until `release`, so that what follows is one batch.
  void hold_writer() {
    auto wait = [this](store_writer&) -> result<void> {
      busy.count_down();
      release.wait();
      return {};
    };
    write(wait, held);
    busy.wait();
  }
  void let_writer_go() {
    release.count_down();
    loop.run();
  }
  std::optional<result<void>> held;
};

bool failed(const std::optional<result<void>>& r, errc code, const std::string& message) {
  return r && r->has_error() && r->error().code == code && r->error().message == message;
}

BOOST_FIXTURE_TEST_SUITE(store_store_pool, fixture)

BOOST_AUTO_TEST_CASE(jobs_run_elsewhere_and_the_coroutine_resumes_on_its_own_loop) {
  std::thread::id wrote, read, resumed;
  std::optional<std::string> found;
  auto ask = [&]() -> task<> {
    auto write = [&](store_writer& w) {
      wrote = std::this_thread::get_id();
      return w.set_setting("name", "value");
    };
    BOOST_TEST((co_await pool->write(write)).has_value());
    auto look = [&](store_reader& r) {
      read = std::this_thread::get_id();
      return r.setting("name");
    };
    found = *co_await pool->read(look);
    resumed = std::this_thread::get_id();
  };
  asio::co_spawn(loop, ask, asio::detached);
  loop.run();
  BOOST_TEST((found == "value"));
  BOOST_TEST((resumed == std::this_thread::get_id()));
  BOOST_TEST((wrote != resumed));
  BOOST_TEST((read != resumed));
  BOOST_TEST((read != wrote));
}

BOOST_AUTO_TEST_CASE(a_lone_write_has_its_own_transaction) {
  BOOST_TEST(pool->write_blocking(set("a")).has_value());
  BOOST_TEST(kept.take_log() == "begin commit ");
  BOOST_TEST(kept.committed().contains("a"));
}

BOOST_AUTO_TEST_CASE(writes_that_wait_together_share_one_commit) {
  std::array<std::optional<result<void>>, 3> outcomes;
  hold_writer();
  for (std::size_t i = 0; i < outcomes.size(); ++i) write(set(std::to_string(i)), outcomes[i]);
  BOOST_TEST(metrics.waiting_writes == 3);
  let_writer_go();
  for (const auto& o : outcomes) BOOST_TEST((o && o->has_value()));
  BOOST_TEST(kept.take_log() == "begin commit begin mark mark mark commit ");
  BOOST_TEST(kept.committed().size() == 3U);
  BOOST_TEST(metrics.waiting_writes == 0);
  BOOST_TEST(metrics.writes == 4U);
}

BOOST_AUTO_TEST_CASE(a_write_that_fails_is_undone_alone) {
  auto half = [](store_writer& w) -> result<void> {
    (void)w.set_setting("half", "done");
    return fail(errc::conflict, "Taken");
  };
  auto blow = [](store_writer& w) -> result<void> {
    (void)w.set_setting("blown", "up");
    throw std::runtime_error("secret");
  };
  std::optional<result<void>> first, second, third, fourth;
  hold_writer();
  write(set("before"), first);
  write(half, second);
  write(blow, third);
  write(set("after"), fourth);
  let_writer_go();
  BOOST_TEST((first && first->has_value()));
  BOOST_TEST(failed(second, errc::conflict, "Taken"));
  BOOST_TEST(failed(third, errc::unavailable, "The work ended unexpectedly"));
  BOOST_TEST((fourth && fourth->has_value()));
  BOOST_TEST(kept.take_log() == "begin commit begin mark mark undo mark undo mark commit ");
  BOOST_TEST((kept.committed() == scripted_store::values{{"before", "set"}, {"after", "set"}}));
}

// What does all or nothing by itself needs no mark to return to.
BOOST_AUTO_TEST_CASE(single_writes_share_a_transaction_without_marks) {
  const auto put = [](const char* name) {
    return single_write(&store_writer::set_setting, std::string_view(name), "set");
  };
  std::optional<result<void>> first, second;
  hold_writer();
  write(put("a"), first);
  write(put("b"), second);
  let_writer_go();
  BOOST_TEST((first && first->has_value() && second && second->has_value()));
  BOOST_TEST(kept.take_log() == "begin commit begin commit ");
  BOOST_TEST((kept.committed() == scripted_store::values{{"a", "set"}, {"b", "set"}}));
}

BOOST_AUTO_TEST_CASE(a_single_write_that_fails_takes_nobody_with_it) {
  std::optional<result<void>> before, after;
  std::optional<result<consent_id>> refused;
  hold_writer();
  write(set("before"), before);
  write(single_write(&store_writer::approve, approval{}), refused);
  write(set("after"), after);
  let_writer_go();
  BOOST_TEST((refused && refused->has_error()));
  BOOST_TEST(kept.take_log() == "begin commit begin mark mark commit ");
  BOOST_TEST((kept.committed() == scripted_store::values{{"before", "set"}, {"after", "set"}}));
}

BOOST_AUTO_TEST_CASE(a_batch_is_no_larger_than_allowed) {
  open({.readers = 1, .queue = 16, .foreign_change_poll = std::chrono::hours(1), .batch = 2});
  std::array<std::optional<result<void>>, 3> outcomes;
  hold_writer();
  for (std::size_t i = 0; i < outcomes.size(); ++i) write(set(std::to_string(i)), outcomes[i]);
  let_writer_go();
  for (const auto& o : outcomes) BOOST_TEST((o && o->has_value()));
  BOOST_TEST(kept.take_log() == "begin commit begin mark mark commit begin commit ");
}

BOOST_AUTO_TEST_CASE(a_lone_write_that_fails_commits_nothing) {
  auto half = [](store_writer& w) -> result<int> {
    (void)w.set_setting("half", "done");
    return fail(errc::not_found, "Not there");
  };
  BOOST_TEST((pool->write_blocking(half).error().code == errc::not_found));
  BOOST_TEST(kept.take_log() == "begin rollback ");
  BOOST_TEST(kept.committed().empty());
  BOOST_TEST(pool->healthy());
}

BOOST_AUTO_TEST_CASE(a_commit_that_fails_fails_the_whole_batch) {
  auto refuse = [](store_writer&) -> result<void> { return fail(errc::conflict, "Taken"); };
  std::optional<result<void>> first, second, third;
  hold_writer();
  write(set("a"), first);
  write(refuse, second);
  write(set("b"), third);
  kept.no_commit = true;
  let_writer_go();
  for (const auto* o : {&held, &first, &second, &third}) {
    BOOST_TEST(failed(*o, errc::unavailable, "The disk is full"));
  }
  BOOST_TEST(kept.take_log() == "begin commit rollback begin mark mark undo mark commit rollback ");
  BOOST_TEST(kept.committed().empty());
  BOOST_TEST(metrics.failed_commits == 2U);
  BOOST_TEST(!pool->healthy());

  kept.no_commit = false;
  BOOST_TEST(pool->write_blocking(set("c")).has_value());
  BOOST_TEST(pool->healthy());
}

BOOST_AUTO_TEST_CASE(without_a_transaction_no_write_runs) {
  kept.no_begin = true;
  bool ran = false;
  auto work = [&ran](store_writer&) -> result<void> {
    ran = true;
    return {};
  };
  const auto r = pool->write_blocking(work);
  BOOST_TEST((r.has_error() && r.error().message == "The database is locked"));
  BOOST_TEST(!ran);
  BOOST_TEST(!pool->healthy());
}

// As SQLite does on some errors: the transaction is rolled back under the writer's feet.
BOOST_AUTO_TEST_CASE(when_the_transaction_is_lost_nobody_is_told_of_success) {
  auto refuse = [](store_writer&) -> result<void> { return fail(errc::unavailable, "I/O error"); };
  std::optional<result<void>> first, second, third;
  hold_writer();
  write(set("a"), first);
  write(refuse, second);
  write(set("b"), third);
  kept.no_undo = true;
  let_writer_go();
  for (const auto* o : {&first, &second, &third}) {
    BOOST_TEST(failed(*o, errc::unavailable, "The transaction is gone"));
  }
  BOOST_TEST(kept.committed().empty());
}

BOOST_AUTO_TEST_CASE(an_unreadable_store_is_unhealthy_until_it_can_be_read) {
  auto look = [](store_reader& r) { return r.setting("a"); };
  kept.no_read = true;
  BOOST_TEST((pool->read_blocking(look).error().code == errc::unavailable));
  BOOST_TEST(!pool->healthy());
  kept.no_read = false;
  BOOST_TEST(pool->read_blocking(look).has_value());
  BOOST_TEST(pool->healthy());
}

BOOST_AUTO_TEST_CASE(health_comes_back_without_anybody_asking) {
  open({.readers = 1, .queue = 16, .foreign_change_poll = std::chrono::milliseconds(1)});
  kept.no_commit = true;
  BOOST_TEST(pool->write_blocking(set("a")).has_error());
  BOOST_TEST(!pool->healthy());
  kept.no_commit = false;
  BOOST_TEST(comes_true([&] { return pool->healthy(); }));
}

BOOST_AUTO_TEST_CASE(beyond_the_bound_writes_are_refused_at_once) {
  open({.readers = 1, .queue = 2, .foreign_change_poll = std::chrono::hours(1)});
  std::optional<result<void>> first, second, third;
  hold_writer();
  write(set("a"), first);
  write(set("b"), second);
  write(set("c"), third);
  loop.poll();
  BOOST_TEST((!first && !second));
  BOOST_TEST((third && third->error().code == errc::overloaded));
  BOOST_TEST(metrics.refused == 1U);
  let_writer_go();
  BOOST_TEST((first->has_value() && second->has_value()));
}

BOOST_AUTO_TEST_CASE(the_clock_has_moved_when_the_answer_comes_and_not_before_the_commit) {
  constexpr consent_id ended{5};
  const auto before = changes.now();
  bool good_inside = false;
  auto end = [&](store_writer& w) {
    auto r = w.end_consent(ended, end_reason::withdrawn, {"admin", timestamp{}});
    good_inside = changes.unchanged_since(before, ended, tpp_id{1});
    return r;
  };
  BOOST_TEST(*pool->write_blocking(end));
  BOOST_TEST(good_inside);
  BOOST_TEST(!changes.unchanged_since(before, ended, tpp_id{1}));
}

// Nobody can tell whether a commit that reports an error took hold.
BOOST_AUTO_TEST_CASE(a_failed_commit_ends_what_was_kept_too) {
  const auto before = changes.now();
  kept.no_commit = true;
  auto end = [](store_writer& w) {
    return w.end_consent(consent_id{5}, end_reason::withdrawn, {"admin", timestamp{}});
  };
  BOOST_TEST(pool->write_blocking(end).has_error());
  BOOST_TEST(!changes.unchanged_since(before, consent_id{5}, tpp_id{1}));
}

BOOST_AUTO_TEST_CASE(another_processs_commit_ends_everything_kept) {
  open({.readers = 1, .queue = 16, .foreign_change_poll = std::chrono::milliseconds(1)});
  const auto before = changes.now();
  BOOST_TEST(pool->write_blocking(set("own")).has_value());
  BOOST_TEST(changes.unchanged_since(before, consent_id{1}, tpp_id{1}));
  kept.foreign = 7;
  BOOST_TEST(
      comes_true([&] { return !changes.unchanged_since(before, consent_id{1}, tpp_id{1}); }));
}

BOOST_AUTO_TEST_CASE(the_destructor_runs_what_is_queued) {
  std::array<std::optional<result<void>>, 10> outcomes;
  hold_writer();
  for (std::size_t i = 0; i < outcomes.size(); ++i) write(set(std::to_string(i)), outcomes[i]);
  release.count_down();
  pool.reset();
  BOOST_TEST(kept.committed().size() == outcomes.size());
  loop.run();
  for (const auto& o : outcomes) BOOST_TEST((o && o->has_value()));
}

BOOST_AUTO_TEST_CASE(a_store_that_cannot_be_opened_says_why) {
  struct closed final : store {
    result<std::unique_ptr<store_reader>> open_reader() override {
      return fail(errc::unavailable, "No");
    }
    result<std::unique_ptr<store_writer>> open_writer() override {
      return fail(errc::conflict, "In use by process 7");
    }
  } other;
  const auto opened = store_pool::open(other, {}, changes, metrics);
  BOOST_REQUIRE(opened.has_error());
  BOOST_TEST(opened.error().message == "In use by process 7");
}

// A counter in the store, incremented by coroutines of several event loops: no increment is lost or
// done twice, each coroutine resumes at home, and reads see what was acknowledged.
BOOST_AUTO_TEST_CASE(many_loops_lose_nothing) {
  open({.readers = 2, .queue = 1000, .foreign_change_poll = std::chrono::milliseconds(1)});
  constexpr int loops = 2, coroutines = 20, rounds = 25;
  std::atomic<int> wrong{0};
  const auto number = [](const result<std::optional<std::string>>& r) {
    return r.has_value() && *r ? std::stoi(**r) : 0;
  };
  const auto count = [&](std::thread::id home) -> task<> {
    for (int i = 0; i < rounds; ++i) {
      auto increment = [&](store_writer& w) -> result<int> {
        const int next = number(w.setting("count")) + 1;
        if (auto set = w.set_setting("count", std::to_string(next)); !set) return set.error();
        return next;
      };
      const auto mine = co_await pool->write(increment);
      auto look = [](store_reader& r) { return r.setting("count"); };
      const auto seen = co_await pool->read(look);
      const bool right = mine.has_value() && number(seen) >= *mine;
      wrong += right && std::this_thread::get_id() == home ? 0 : 1;
    }
  };
  const auto run_loop = [&] {
    asio::io_context own{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
    for (int i = 0; i < coroutines; ++i) {
      asio::co_spawn(own, count(std::this_thread::get_id()), asio::detached);
    }
    own.run();
  };
  std::thread a(run_loop), b(run_loop);
  a.join();
  b.join();
  BOOST_TEST(wrong == 0);
  BOOST_TEST(kept.committed()["count"] == std::to_string(loops * coroutines * rounds));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace multipass
