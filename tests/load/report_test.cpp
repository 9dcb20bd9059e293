#include "load/report.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <sstream>
#include <string>
#include <vector>

using namespace multipass::load;

namespace {

options open_loop() {
  return parse_options({"--to", "b:80", "--rate", "1000", "--seed", "7", "--threads", "2"});
}

// 90 valid answers of 1 to 90 ms, 10 expired ones of 1 s, one of them with 200; two timeouts.
run_result sample() {
  run_result r(
      {{"accounts", "valid", 200}, {"accounts", "expired", 401}, {"balance", "valid", 200}});
  const auto answered = [&](std::size_t of, unsigned status, nanos latency) {
    auto& c = r.measured.by_class[of];
    c.answered.add();
    c.by_status[status].add();
    c.latency.record(latency);
    r.measured.sent.add();
  };
  for (nanos i = 1; i <= 90; ++i) answered(i % 2 == 0 ? 0 : 2, 200, i * one_millisecond);
  for (int i = 0; i < 10; ++i) answered(1, i == 0 ? 200 : 401, one_second);
  r.measured.by_class[1].unexpected.add();
  r.measured.lost[static_cast<std::size_t>(loss::timeout)].add(2);
  r.measured.late.record(5 * one_microsecond);
  r.seconds = 2;
  r.strays = 1;
  r.complaint = "a \"strange\" answer";
  return r;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(load_report)

BOOST_AUTO_TEST_CASE(json_has_the_members_that_are_documented) {
  const auto json = boost::json::parse(json_report(open_loop(), sample())).as_object();
  BOOST_TEST(json.at("mode").as_string() == "open");
  BOOST_TEST(json.at("requested_rate").to_number<double>() == 1000);
  BOOST_TEST(json.at("seconds").to_number<double>() == 2);
  BOOST_TEST(json.at("rate").to_number<double>() == 50);
  BOOST_TEST(json.at("answered").to_number<int>() == 100);
  BOOST_TEST(json.at("unexpected").to_number<int>() == 1);
  BOOST_TEST(json.at("seed").to_number<int>() == 7);
  BOOST_TEST(json.at("errors").at("timeout").to_number<int>() == 2);
  BOOST_TEST(json.at("errors").at("malformed").to_number<int>() == 1);
  BOOST_TEST(json.at("errors").at("connect").to_number<int>() == 0);
  BOOST_TEST(json.at("by_status").at("200").to_number<int>() == 91);
  BOOST_TEST(json.at("complaint").as_string() == "a \"strange\" answer");
  BOOST_TEST(json.at("late_sends_us").at("max").to_number<double>() == 5);
  for (const char* name : {"mean", "p50", "p90", "p99", "p99.9", "p99.99", "max"}) {
    BOOST_TEST(json.at("latency_us").at(name).to_number<double>() > 0, name);
  }
  BOOST_TEST(json.at("latency_us").at("max").to_number<double>() == 1e6);
  const auto& valid = json.at("by_kind").at("valid");
  BOOST_TEST(valid.at("answered").to_number<int>() == 90);
  BOOST_TEST(valid.at("latency_us").at("p50").to_number<double>() == 45'000,
             boost::test_tools::tolerance(0.001));
  BOOST_TEST(json.at("by_request").at("balance").at("answered").to_number<int>() == 45);
  int counted = 0;
  for (const auto& bucket : json.at("histogram").as_array()) {
    counted += bucket.at(1).to_number<int>();
  }
  BOOST_TEST(counted == 100);
}

BOOST_AUTO_TEST_CASE(csv_ends_at_a_hundred_percent) {
  std::istringstream lines(csv_report(sample()));
  std::string line, last_of_all;
  std::getline(lines, line);
  BOOST_TEST(line == "kind,percentile,latency_us,count");
  int rows = 0;
  while (std::getline(lines, line)) {
    if (!line.starts_with("all,")) continue;
    ++rows;
    last_of_all = line;
  }
  BOOST_TEST(rows == 91);
  BOOST_TEST(last_of_all.starts_with("all,100.000000,"));
  BOOST_TEST(last_of_all.ends_with(",10"));
}

BOOST_AUTO_TEST_CASE(text_names_what_went_wrong) {
  const auto text = text_report(open_loop(), sample());
  for (const char* part :
       {"open loop, constant 1000 requests/s", "seed 7", "100 of 100 sent", "1 answers of another",
        "2 timeout", "1 malformed", "strange", "valid", "expired", "401 x 9", "sent late by"}) {
    BOOST_TEST(text.find(part) != std::string::npos, part);
  }
  const auto closed = text_report(parse_options({"--to", "b:80", "--closed"}), sample());
  BOOST_TEST(closed.find("closed loop measures saturation") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(plot_is_one_drawing_with_a_curve_for_each_kind) {
  const auto svg = latency_plot(open_loop(), sample());
  BOOST_TEST(svg.starts_with("<svg "));
  BOOST_TEST(svg.ends_with("</svg>\n"));
  std::size_t curves = 0;
  for (auto at = svg.find("<polyline"); at != std::string::npos;
       at = svg.find("<polyline", at + 1)) {
    ++curves;
  }
  BOOST_TEST(curves == 3U);
  BOOST_TEST(svg.find("nan") == std::string::npos);
  BOOST_TEST(svg.find("inf") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_empty_run_is_reported_too) {
  const run_result nothing({{"accounts", "valid", 200}});
  BOOST_TEST(!nothing.clean());
  const auto json = boost::json::parse(json_report(open_loop(), nothing)).as_object();
  BOOST_TEST(json.at("rate").to_number<double>() == 0);
  BOOST_TEST(!text_report(open_loop(), nothing).empty());
  BOOST_TEST(csv_report(nothing) == "kind,percentile,latency_us,count\n");
  BOOST_TEST(latency_plot(open_loop(), nothing).find("nan") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
