#include "load/options.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "load/quantities.hpp"

using namespace multipass::load;

namespace {

options parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--to", "127.0.0.1:8080"});
  return parse_options(arguments);
}

options parse_closed(std::vector<std::string> arguments) {
  arguments.emplace_back("--closed");
  return parse(arguments);
}

// The message with which that is refused; empty when it is not.
std::string refusal(const std::vector<std::string>& arguments) {
  try {
    parse_options(arguments);
  } catch (const usage_error& e) {
    return e.what();
  }
  return {};
}

std::string closed_refusal(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--closed", "--to", "127.0.0.1:8080"});
  return refusal(arguments);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(load_options)

BOOST_AUTO_TEST_CASE(defaults) {
  const auto o = parse_closed({});
  BOOST_TEST(o.connections == 64U);
  BOOST_TEST(o.depth == 1U);
  BOOST_TEST(o.threads == 1U);
  BOOST_TEST(o.duration == 10 * one_second);
  BOOST_TEST(o.warmup == one_second);
  BOOST_TEST(o.drain == o.timeout);
  BOOST_TEST(o.requests.at(0).name == "accounts");
  BOOST_TEST(o.mix.at(0).name == "valid");
  BOOST_TEST((o.pick == pick_order::uniform));
  BOOST_TEST(o.closed);
}

BOOST_AUTO_TEST_CASE(reads_what_is_given) {
  const auto o = parse({"--rate",
                        "50k",
                        "--schedule",
                        "poisson",
                        "--duration=2min",
                        "--warmup",
                        "500ms",
                        "--connections",
                        "1000",
                        "--threads",
                        "2",
                        "--cpus",
                        "1,3",
                        "--tokens",
                        "valid=a=b",
                        "--tokens",
                        "expired=c",
                        "--mix",
                        "valid=90,expired=9.5",
                        "--pick",
                        "zipf:1.2",
                        "--request",
                        "accounts=90,balance=10",
                        "--expect",
                        "blocked=403",
                        "--seed",
                        "7",
                        "--account",
                        "5",
                        "--json",
                        "-",
                        "--quiet",
                        "--allow-errors"});
  BOOST_TEST(o.rate == 50'000);
  BOOST_TEST((o.schedule == schedule_kind::poisson));
  BOOST_TEST(o.duration == 120 * one_second);
  BOOST_TEST(o.warmup == one_second / 2);
  BOOST_TEST(o.cpus == (std::vector<int>{1, 3}));
  BOOST_TEST(o.tokens.at(0).second == "a=b");
  BOOST_TEST(o.mix.at(1).weight == 9.5);
  BOOST_TEST((o.pick == pick_order::zipf));
  BOOST_TEST(o.theta == 1.2);
  BOOST_TEST(o.requests.at(1).name == "balance");
  BOOST_TEST(o.expected.at(0).second == 403U);
  BOOST_TEST(o.seed == 7U);
  BOOST_TEST(o.quiet);
  BOOST_TEST(o.allow_errors);
}

BOOST_AUTO_TEST_CASE(each_run_draws_its_own_seed) {
  BOOST_TEST(parse_closed({}).seed != parse_closed({}).seed);
}

BOOST_AUTO_TEST_CASE(connections_are_divided_without_rest) {
  const auto o = parse_closed({"--connections", "10", "--threads", "4"});
  std::size_t sum = 0;
  for (unsigned part = 0; part < 4; ++part) sum += worker_connections(o, part);
  BOOST_TEST(sum == 10U);
  BOOST_TEST(worker_connections(o, 3) == 2U);
}

BOOST_AUTO_TEST_CASE(names_the_option_and_what_was_expected) {
  const std::vector<std::pair<std::string, std::string>> wrong{{"connections", "0"},
                                                               {"connections", "20001"},
                                                               {"connections", "many"},
                                                               {"depth", "1025"},
                                                               {"threads", "0"},
                                                               {"threads", "65"},
                                                               {"cpus", "a"},
                                                               {"cpus", "1,"},
                                                               {"duration", "10"},
                                                               {"duration", "0s"},
                                                               {"duration", "-1s"},
                                                               {"warmup", "x"},
                                                               {"timeout", "0s"},
                                                               {"mix", "valid=0"},
                                                               {"mix", "valid,valid"},
                                                               {"mix", "a=1,,b=2"},
                                                               {"mix", "a=b=1"},
                                                               {"request", "accounts=x"},
                                                               {"pick", "random"},
                                                               {"pick", "zipf:"},
                                                               {"pick", "zipf:0"},
                                                               {"expect", "blocked"},
                                                               {"expect", "blocked=99"},
                                                               {"tokens", "valid"},
                                                               {"tokens", "=file"},
                                                               {"flow", "half"},
                                                               {"seed", "-1"},
                                                               {"admin", "here"},
                                                               {"json", ""},
                                                               {"schedule", "poisson"},
                                                               {"rate-cap", "0"},
                                                               {"duration-cap", "soon"},
                                                               {"flow", "whole"}};
  for (const auto& [option, value] : wrong) {
    const auto message = closed_refusal({"--" + option + "=" + value});
    BOOST_TEST(message.find("--" + option) != std::string::npos,
               option << " " << value << ": " << message);
    BOOST_TEST(message.find('\n') == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_option_of_its) {
  BOOST_TEST(closed_refusal({"--colour", "red"}).find("--colour") != std::string::npos);
  BOOST_TEST(closed_refusal({"--conn", "5"}).find("--conn") != std::string::npos);
  BOOST_TEST(closed_refusal({"here"}).find("begins with --") != std::string::npos);
  BOOST_TEST(closed_refusal({"--depth"}).find("--depth") != std::string::npos);
  BOOST_TEST(closed_refusal({"--depth=1", "--depth=2"}).find("--depth") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(wants_exactly_one_loop) {
  const std::string to = "--to=127.0.0.1:1";
  BOOST_TEST(refusal({to}).find("--rate R (open loop) or --closed") != std::string::npos);
  BOOST_TEST(refusal({to, "--closed", "--rate=5"}).find("either") != std::string::npos);
  BOOST_TEST(refusal({to, "--rate=5"}).empty());
  for (const char* rate : {"0", "-5", "x", "5/s", "nan", "inf", ""}) {
    const auto message = refusal({to, std::string("--rate=") + rate});
    BOOST_TEST(message.find("--rate") != std::string::npos, rate);
  }
}

BOOST_AUTO_TEST_CASE(wants_an_address_with_a_port) {
  for (const char* to : {"", "localhost", ":80", "h:0", "h:65536", "h:x", "::1:80", "h/x:80"}) {
    const auto message = refusal({"--closed", std::string("--to=") + to});
    BOOST_TEST(message.find("--to") != std::string::npos, to);
  }
  BOOST_TEST(refusal({"--closed"}).starts_with("--to"));
  const auto v6 = parse_options({"--closed", "--to=[::1]:80"});
  BOOST_TEST(v6.to.host == "::1");
  BOOST_TEST(v6.to.written == "[::1]:80");
}

BOOST_AUTO_TEST_CASE(caps_are_hard) {
  const std::string to = "--to=127.0.0.1:1";
  BOOST_TEST(refusal({to, "--rate=1000001"}).find("--rate-cap") != std::string::npos);
  BOOST_TEST(refusal({to, "--rate=101", "--rate-cap=100"}).find("--rate-cap") != std::string::npos);
  BOOST_TEST(refusal({to, "--rate=1M"}).empty());
  BOOST_TEST(refusal({to, "--rate=2M", "--rate-cap=2M"}).empty());
  BOOST_TEST(refusal({to, "--rate=5", "--duration=1h"}).find("--duration-cap") !=
             std::string::npos);
  BOOST_TEST(refusal({to, "--rate=5", "--duration=1h", "--warmup=0s"}).empty());
  BOOST_TEST(refusal({to, "--rate=5", "--duration=11s", "--duration-cap=10s"}).find("cap") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_flow_has_its_own_requests) {
  BOOST_TEST(closed_refusal({"--flow=issue", "--request=account"}).starts_with("--request"));
  BOOST_TEST(closed_refusal({"--flow=issue", "--mix=valid"}).starts_with("--mix"));
  const auto o = parse_closed(
      {"--flow", "whole", "--admin", "127.0.0.1:1", "--admin-key-file", "k", "--tpp-file", "t"});
  BOOST_TEST((o.flow == flow_kind::whole));
}

BOOST_AUTO_TEST_CASE(help_needs_nothing_else) {
  BOOST_TEST((parse_options({"--help"}).what == options::wish::help));
  BOOST_TEST((parse_options({"--version"}).what == options::wish::version));
}

BOOST_AUTO_TEST_CASE(quantities_as_people_write_them) {
  BOOST_TEST(*parse_duration("1.5ms") == 1'500'000);
  BOOST_TEST(*parse_duration("200us") == 200'000);
  BOOST_TEST(*parse_duration("1h") == 3600 * one_second);
  BOOST_TEST(!parse_duration("1"));
  BOOST_TEST(!parse_duration("s"));
  BOOST_TEST(!parse_duration("1e9h"));
  BOOST_TEST(!parse_duration("1001h"));
  BOOST_TEST(*parse_rate("1.5k") == 1500);
  BOOST_TEST(*parse_rate("0.5") == 0.5);
  BOOST_TEST(!parse_rate("k"));
  BOOST_TEST(write_duration(0) == "0.00 us");
  BOOST_TEST(write_duration(85'400) == "85.4 us");
  BOOST_TEST(write_duration(1'234'567) == "1.23 ms");
  BOOST_TEST(write_duration(150 * one_second) == "150 s");
  BOOST_TEST(write_count(0) == "0");
  BOOST_TEST(write_count(999) == "999");
  BOOST_TEST(write_count(1'250'000) == "1,250,000");
}

BOOST_AUTO_TEST_SUITE_END()
