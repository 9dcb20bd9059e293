#include "base/logger.hpp"

#include <boost/test/unit_test.hpp>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/manual_clock.hpp"

namespace multipass {
namespace {

struct kept_lines {
  std::vector<std::string> lines;
  log_sink sink() {
    return [this](log_level, std::string_view line) { lines.emplace_back(line); };
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(base_logger)

BOOST_AUTO_TEST_CASE(writes_one_json_object) {
  kept_lines kept;
  const testing::manual_clock wall;
  const logger log(log_level::info, kept.sink(), wall);
  log.write(log_level::warning, "request", {{"status", "503"}, {"reason", "a \"b\"\n\xff"}});
  BOOST_REQUIRE(kept.lines.size() == 1);
  BOOST_TEST(kept.lines[0] ==
             "{\"time\":\"2027-01-15T08:00:00Z\",\"level\":\"warning\",\"event\":\"request\","
             "\"status\":\"503\",\"reason\":\"a \\\"b\\\"\\n\xEF\xBF\xBD\"}");
}

BOOST_AUTO_TEST_CASE(keeps_to_its_level) {
  kept_lines kept;
  const testing::manual_clock wall;
  const logger log(log_level::warning, kept.sink(), wall);
  log.write(log_level::debug, "a", {});
  log.write(log_level::info, "b", {});
  log.write(log_level::warning, "c", {});
  log.write(log_level::error, "d", {});
  BOOST_TEST(kept.lines.size() == 2U);
  BOOST_TEST(!log.enabled(log_level::info));
  BOOST_TEST(log.enabled(log_level::error));
}

BOOST_AUTO_TEST_CASE(passes_the_level_to_the_sink) {
  log_level seen = log_level::debug;
  const testing::manual_clock wall;
  const log_sink sink = [&](log_level level, std::string_view) { seen = level; };
  logger(log_level::debug, sink, wall).write(log_level::error, "e", {});
  BOOST_TEST((seen == log_level::error));
}

BOOST_AUTO_TEST_CASE(is_silent_without_a_sink) {
  const testing::manual_clock wall;
  const logger log(log_level::debug, {}, wall);
  BOOST_TEST(!log.enabled(log_level::error));
  log.write(log_level::error, "nobody hears it", {});
}

BOOST_AUTO_TEST_CASE(a_flood_of_one_event_writes_few_lines_and_says_how_many_are_missing) {
  kept_lines kept;
  testing::manual_clock wall;
  {
    const logger log(log_level::info, kept.sink(), wall);
    for (int i = 0; i < 1000; ++i) log.write_some(log_level::info, "refused", {{"i", "x"}});
    BOOST_TEST(kept.lines.size() == logger::most_a_second);
    log.write_some(log_level::info, "failed", {});  // another event's budget is its own
    BOOST_TEST(kept.lines.size() == logger::most_a_second + 1);
    log.write_some(log_level::debug, "failed", {});
    BOOST_TEST(kept.lines.size() == logger::most_a_second + 1);

    wall.advance(std::chrono::seconds{1});
    kept.lines.clear();
    log.write_some(log_level::info, "refused", {});
    BOOST_REQUIRE(kept.lines.size() == 2U);
    BOOST_TEST(kept.lines[0] ==
               "{\"time\":\"2027-01-15T08:00:01Z\",\"level\":\"warning\",\"event\":"
               "\"suppressed\",\"of\":\"refused\",\"lines\":\"980\"}");
    BOOST_TEST(kept.lines[1].find("\"refused\"") != std::string::npos);
    for (int i = 0; i < 25; ++i) log.write_some(log_level::info, "refused", {});
    kept.lines.clear();
  }
  BOOST_REQUIRE(kept.lines.size() == 1U);  // what nobody was told of yet is told at the end
  BOOST_TEST(kept.lines[0].ends_with("\"of\":\"refused\",\"lines\":\"6\"}"), kept.lines[0]);
}

BOOST_AUTO_TEST_CASE(more_events_than_there_are_budgets_are_bounded_too) {
  kept_lines kept;
  const testing::manual_clock wall;
  const std::vector<std::string> events{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"};
  const logger log(log_level::info, kept.sink(), wall);  // refers to them until its end
  for (int i = 0; i < 1000; ++i) {
    for (const auto& e : events) log.write_some(log_level::info, e, {});
  }
  BOOST_TEST(kept.lines.size() == logger::most_a_second * logger::most_events);
}

// Each line is either written or counted, however many threads write.
BOOST_AUTO_TEST_CASE(no_line_of_a_flood_is_lost_count_of) {
  std::mutex mutex;
  std::size_t written = 0, suppressed = 0;
  const log_sink sink = [&](log_level, std::string_view line) {
    const std::lock_guard lock(mutex);
    const auto count = line.find("\"lines\":\"");
    if (count == std::string_view::npos) return void(++written);
    suppressed += std::stoul(std::string(line.substr(count + 9)));
  };
  testing::manual_clock wall;
  {
    const logger log(log_level::info, sink, wall);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 5000; ++i) {
          log.write_some(log_level::info, "refused", {});
          if (i % 1000 == 0) wall.advance(std::chrono::seconds{1});
        }
      });
    }
    for (auto& t : threads) t.join();
  }
  BOOST_TEST(written + suppressed == 20'000U);
  BOOST_TEST(written <= 21 * logger::most_a_second);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
