#include "base/logger.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
