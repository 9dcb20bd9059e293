#include "metrics/exposition.hpp"

#include <boost/test/unit_test.hpp>

using namespace multipass;
using namespace std::chrono_literals;

namespace {

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(metrics_exposition)

BOOST_AUTO_TEST_CASE(values_stand_under_their_help_and_type) {
  exposition out;
  out.begin("jobs_total", "counter", "Jobs run.");
  out.value(R"(kind="read")", std::uint64_t{18446744073709551615U});
  out.value(R"(kind="write")", std::uint64_t{0});
  out.begin("open", "gauge", "Open now.");
  out.value({}, std::int64_t{-3});
  BOOST_TEST(out.text() ==
             "# HELP jobs_total Jobs run.\n"
             "# TYPE jobs_total counter\n"
             "jobs_total{kind=\"read\"} 18446744073709551615\n"
             "jobs_total{kind=\"write\"} 0\n"
             "# HELP open Open now.\n"
             "# TYPE open gauge\n"
             "open -3\n");
}

BOOST_AUTO_TEST_CASE(a_histogram_is_cumulative_in_seconds_and_sums_its_parts) {
  histogram a, b;
  a.record(1us);  // a bound belongs to its own bucket
  a.record(1001ns);
  b.record(3ms);
  b.record(1h);
  b.record(-1ns);  // a clock that stepped back
  exposition out;
  out.begin("took_seconds", "histogram", "How long.");
  out.values(R"(endpoint="x")", {&a, &b});
  const auto& text = out.text();
  BOOST_TEST(has_line(text, R"(took_seconds_bucket{endpoint="x",le="0.000001"} 2)"));
  BOOST_TEST(has_line(text, R"(took_seconds_bucket{endpoint="x",le="0.000002"} 3)"));
  BOOST_TEST(has_line(text, R"(took_seconds_bucket{endpoint="x",le="0.001"} 3)"));
  BOOST_TEST(has_line(text, R"(took_seconds_bucket{endpoint="x",le="0.005"} 4)"));
  BOOST_TEST(has_line(text, R"(took_seconds_bucket{endpoint="x",le="10"} 4)"));
  BOOST_TEST(has_line(text, R"(took_seconds_bucket{endpoint="x",le="+Inf"} 5)"));
  BOOST_TEST(has_line(text, R"(took_seconds_sum{endpoint="x"} 3600.003002001)"));
  BOOST_TEST(has_line(text, R"(took_seconds_count{endpoint="x"} 5)"));
}

BOOST_AUTO_TEST_CASE(a_histogram_without_labels_has_only_the_bound) {
  histogram h;
  exposition out;
  out.begin("commit_seconds", "histogram", "Commits.");
  out.values({}, {&h});
  BOOST_TEST(has_line(out.text(), R"(commit_seconds_bucket{le="0.5"} 0)"));
  BOOST_TEST(has_line(out.text(), "commit_seconds_sum 0"));
  BOOST_TEST(has_line(out.text(), "commit_seconds_count 0"));
}

BOOST_AUTO_TEST_SUITE_END()
