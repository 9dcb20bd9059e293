// Whatever a server does wrong is counted as what it was, and the exit code says so.
#include <atomic>
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "load/program.hpp"
#include "load/scripted_server.hpp"
#include "support/temp_folder.hpp"

using namespace multipass;
using multipass::testing::answer_text;
using multipass::testing::reaction;
using multipass::testing::scripted_server;

namespace {

using then = reaction::then;

struct outcome {
  int exit_code = -1;
  boost::json::object report;  ///< empty when there is none
  std::string text, messages;

  std::int64_t count(const char* name) const { return report.at(name).to_number<std::int64_t>(); }
  std::int64_t error(const char* name) const {
    return report.at("errors").at(name).to_number<std::int64_t>();
  }
  std::int64_t all_errors() const {
    std::int64_t n = 0;
    for (const auto& [name, value] : report.at("errors").as_object()) {
      n += value.to_number<std::int64_t>();
    }
    return n;
  }
};

outcome run_program(const std::vector<std::string>& arguments) {
  const std::atomic<bool> interrupted{false};
  std::ostringstream out, err;
  outcome o;
  o.exit_code = load::run_program(arguments, out, err, interrupted);
  o.text = out.str();
  o.messages = err.str();
  if (o.text.starts_with('{')) o.report = boost::json::parse(o.text).as_object();
  return o;
}

// 400 requests in 400 ms over four connections.
outcome run_against(scripted_server::script script, std::vector<std::string> more = {}) {
  const scripted_server server(std::move(script));
  more.insert(more.end(), {"--to", server.address(), "--connections", "4", "--rate", "1000",
                           "--duration", "400ms", "--warmup", "0s", "--mix", "unknown", "--timeout",
                           "5s", "--quiet", "--json", "-"});
  return run_program(more);
}

const std::string good = answer_text(401);

// `bad` for each tenth request, a right answer for the others.
scripted_server::script each_tenth(const reaction& bad) {
  return [bad](std::size_t number, const std::string&) {
    return number % 10 == 9 ? bad : reaction{good};
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(load_corrupt_server)

BOOST_AUTO_TEST_CASE(right_answers_are_no_error) {
  const auto o = run_against([](std::size_t, const std::string&) { return reaction{good}; });
  BOOST_TEST(o.exit_code == 0);
  BOOST_TEST(o.count("answered") == 400);
  BOOST_TEST(o.report.at("by_status").at("401").to_number<int>() == 400);
  BOOST_TEST(o.all_errors() == 0);
  BOOST_TEST(o.count("reconnects") == 0);
}

BOOST_AUTO_TEST_CASE(answers_in_many_pieces_are_no_error) {
  const auto o = run_against([](std::size_t, const std::string&) {
    return reaction{good, then::keep, 0, true};
  });
  BOOST_TEST(o.exit_code == 0);
  BOOST_TEST(o.count("answered") == 400);
}

BOOST_AUTO_TEST_CASE(wrong_status) {
  const auto o = run_against(each_tenth({answer_text(200)}));
  BOOST_TEST(o.exit_code == 1);
  BOOST_TEST(o.count("unexpected") == 40);
  BOOST_TEST(o.count("answered") == 400);
  BOOST_TEST(o.report.at("by_kind").at("unknown").at("by_status").at("200").to_number<int>() == 40);
  BOOST_TEST(run_against(each_tenth({answer_text(200)}), {"--allow-errors"}).exit_code == 0);
}

BOOST_AUTO_TEST_CASE(another_status_may_be_the_expected_one) {
  const auto o =
      run_against([](std::size_t, const std::string&) { return reaction{answer_text(403)}; },
                  {"--expect", "unknown=403"});
  BOOST_TEST(o.exit_code == 0);
}

BOOST_AUTO_TEST_CASE(body_shorter_than_its_length) {
  const auto o = run_against(
      each_tenth({"HTTP/1.1 401 x\r\nContent-Length: 50\r\n\r\n{\"ok\":true}", then::close}));
  BOOST_TEST(o.exit_code == 1);
  BOOST_TEST(o.error("closed") == 40);
  BOOST_TEST(o.count("answered") == 360);
  BOOST_TEST(o.count("reconnects") >= 30);
}

BOOST_AUTO_TEST_CASE(body_longer_than_its_length) {
  const auto o =
      run_against(each_tenth({"HTTP/1.1 401 x\r\nContent-Length: 2\r\n\r\n{\"ok\":true}"}));
  BOOST_TEST(o.exit_code == 1);
  BOOST_TEST(o.error("malformed") >= 1);
  BOOST_TEST(o.report.at("complaint").as_string().find("behind the last answer") !=
             boost::json::string::npos);
}

BOOST_AUTO_TEST_CASE(framing_that_is_not_read) {
  const auto o = run_against(
      each_tenth({"HTTP/1.1 401 x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"}));
  BOOST_TEST(o.exit_code == 1);
  BOOST_TEST(o.error("malformed") >= 1);
  BOOST_TEST(o.report.at("complaint").as_string().starts_with("Transfer-Encoding: only answers"));
}

BOOST_AUTO_TEST_CASE(closed_without_an_answer) {
  const auto o = run_against(each_tenth({"", then::close}));
  BOOST_TEST(o.exit_code == 1);
  BOOST_TEST(o.error("closed") == 40);
  BOOST_TEST(o.count("answered") == 360);
}

BOOST_AUTO_TEST_CASE(reset) {
  const auto o = run_against(each_tenth({"", then::reset}));
  BOOST_TEST(o.exit_code == 1);
  BOOST_TEST(o.error("reset") == 40);
  BOOST_TEST(o.count("answered") == 360);
}

BOOST_AUTO_TEST_CASE(closing_between_requests_is_no_error) {
  const auto with_notice =
      run_against(each_tenth({answer_text(401, "{}", "Connection: close\r\n"), then::close}));
  BOOST_TEST(with_notice.exit_code == 0);
  BOOST_TEST(with_notice.count("answered") == 400);
  BOOST_TEST(with_notice.count("reconnects") >= 30);
}

BOOST_AUTO_TEST_CASE(a_lost_request_times_out_alone) {
  const scripted_server server([](std::size_t number, const std::string&) {
    return number == 50 ? reaction{} : reaction{good};
  });
  const auto o = run_program({"--to", server.address(), "--connections", "4", "--rate", "1000",
                              "--duration", "600ms", "--warmup", "0s", "--mix", "unknown",
                              "--timeout", "1500ms", "--quiet", "--json", "-"});
  BOOST_TEST(o.exit_code == 1);
  BOOST_TEST(o.error("timeout") == 1);
  BOOST_TEST(o.count("answered") == 599);
  BOOST_TEST(o.report.at("latency_us").at("max").to_number<double>() >= 1'500'000);
}

BOOST_AUTO_TEST_CASE(pipelined_requests_behind_a_close_are_lost) {
  const scripted_server server(
      each_tenth({answer_text(401, "{}", "Connection: close\r\n"), then::close}));
  const auto o = run_program({"--to", server.address(), "--connections", "1", "--depth", "4",
                              "--closed", "--duration", "300ms", "--warmup", "0s", "--mix",
                              "unknown", "--quiet", "--json", "-"});
  BOOST_TEST(o.exit_code == 1);
  BOOST_TEST(o.error("closed") + o.error("reset") >= 1);
  BOOST_TEST(o.count("answered") >= 20);
}

BOOST_AUTO_TEST_CASE(nobody_there) {
  std::string address;
  {
    const scripted_server gone([](std::size_t, const std::string&) { return reaction{}; });
    address = gone.address();
  }
  const auto o = run_program({"--to", address, "--rate", "10", "--mix", "unknown", "--quiet"});
  BOOST_TEST(o.exit_code == 1);
  BOOST_TEST(o.messages ==
             "multipass-load: cannot connect to " + address + ": Connection refused\n");
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_used) {
  const testing::temp_folder folder;
  const auto missing = run_program(
      {"--to", "127.0.0.1:1", "--rate", "10", "--tokens", "valid=" + folder.file("no.tokens")});
  BOOST_TEST(missing.exit_code == 1);
  BOOST_TEST(missing.messages.find("no.tokens: No such file") != std::string::npos);
  const auto unnamed = run_program({"--to", "127.0.0.1:1", "--rate", "10"});
  BOOST_TEST(unnamed.exit_code == 2);
  BOOST_TEST(unnamed.messages.find("--tokens: expected valid=FILE") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(tells_about_itself) {
  const auto help = run_program({"--help"});
  BOOST_TEST(help.exit_code == 0);
  BOOST_TEST(help.text.find("Examples") != std::string::npos);
  BOOST_TEST(run_program({"--version"}).text.starts_with("multipass-load "));
}

BOOST_AUTO_TEST_SUITE_END()
