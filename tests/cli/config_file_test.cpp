#include "cli/config_file.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "cli/quantities.hpp"
#include "cli/settings.hpp"

using namespace multipass;
using namespace multipass::cli;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(cli_config_file)

result<config> read(const std::string& text) {
  config_draft draft;
  if (auto good = draft.read_text(text, "bank.conf"); !good) return good.error();
  return draft.finish();
}

BOOST_AUTO_TEST_CASE(reads_every_kind_of_value) {
  const auto c = read(
      "# comment\n"
      "listen = [::1]:9000\r\n"
      "  threads=4   # two per core\n"
      "\n"
      "token-cache-entries = 2048\n"
      "max-body = 128KiB\n"
      "token-ttl = 90d\n"
      "header-timeout = 250ms\n"
      "frontend-url =\n"
      "bank-name = Bank #1\n"
      "log-level = warning\n"
      "sandbox = true");
  BOOST_TEST_REQUIRE(c.has_value(), c.error().message);
  BOOST_TEST(c->listen == "[::1]:9000");
  BOOST_TEST(c->threads == 4U);
  BOOST_TEST(c->token_cache_entries == 2048U);
  BOOST_TEST(c->max_body == 131'072U);
  BOOST_TEST((c->token_ttl == std::chrono::days(90)));
  BOOST_TEST((c->header_timeout == 250ms));
  BOOST_TEST(c->frontend_url == "");
  BOOST_TEST(c->bank_name == "Bank");  // a '#' behind a blank begins a comment
  BOOST_TEST((c->level == log_level::warning));
  BOOST_TEST(c->sandbox);
}

BOOST_AUTO_TEST_CASE(says_file_line_key_and_what_was_expected) {
  struct wrong {
    std::string text;
    std::string message;  // the error begins with it
  };
  const std::vector<wrong> cases{
      {"\n\nthreds = 4", "bank.conf:3: unknown key \"threds\""},
      {"# x\nthreads", "bank.conf:2: expected key = value, not \"threads\""},
      {"[http]", "bank.conf:1: expected key = value"},
      {"threads = 4\nthreads = 4", "bank.conf:2: threads: expected once, but it is at bank.conf:1"},
      {"threads = four", "bank.conf:1: threads: expected a whole number, not \"four\""},
      {"threads = -1", "bank.conf:1: threads: expected a whole number"},
      {"threads = 4294967296", "bank.conf:1: threads: expected a whole number"},
      {"threads =", "bank.conf:1: threads: expected a whole number"},
      {"max-body = 64kb", "bank.conf:1: max-body: expected a size such as 65536 or 64KiB"},
      {"max-body = 99999999999GiB", "bank.conf:1: max-body: expected a size"},
      {"token-ttl = 3600", "bank.conf:1: token-ttl: expected a duration in whole seconds"},
      {"token-ttl = 1500ms", "bank.conf:1: token-ttl: expected a duration in whole seconds"},
      {"idle-timeout = 1.5s", "bank.conf:1: idle-timeout: expected a duration such as 250ms"},
      {"idle-timeout = 9223372036854775807d", "bank.conf:1: idle-timeout: expected a duration"},
      {"sandbox = yes", "bank.conf:1: sandbox: expected true or false, not \"yes\""},
      {"log-level = trace", "bank.conf:1: log-level: expected debug, info, warning or error"},
      {"\nthreads = 300", "bank.conf:2: threads: expected 0 to 256"},
      {"token-ttl = 1s", "bank.conf:1: token-ttl: expected 1min to 3650d, not \"1s\""},
      {"sandbox = true\nlisten = 0.0.0.0:80", "bank.conf:2: listen: expected a loopback address"},
  };
  for (const wrong& c : cases) {
    const auto got = read(c.text);
    BOOST_TEST_CONTEXT(c.text) {
      BOOST_TEST_REQUIRE(got.has_error());
      BOOST_TEST((got.error().code == errc::bad_configuration));
      BOOST_TEST(got.error().message.starts_with(c.message), got.error().message);
    }
  }
}

BOOST_AUTO_TEST_CASE(flags_override_the_file) {
  config_draft draft;
  BOOST_TEST(draft.read_text("threads = 300\nmax-body = 1KiB", "bank.conf").has_value());
  BOOST_TEST(draft.set_flag("threads", "2").has_value());
  const auto good = draft.finish();
  BOOST_TEST_REQUIRE(good.has_value());
  BOOST_TEST(good->threads == 2U);
  BOOST_TEST(good->max_body == 1024U);

  BOOST_TEST(draft.set_flag("threads", "many").error().message ==
             "--threads: expected a whole number, not \"many\"");
  BOOST_TEST(draft.set_flag("threads", "257").has_value());
  BOOST_TEST(draft.finish().error().message ==
             "--threads: expected 0 to 256 (0: one per core), not \"257\"");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_named) {
  for (const std::string path : {"/no/such.conf", "/"}) {
    config_draft draft;
    const auto read = draft.read_file(path);
    BOOST_TEST_REQUIRE(read.has_error());
    BOOST_TEST(read.error().message.starts_with(path + ": cannot be read: "), read.error().message);
  }
}

BOOST_AUTO_TEST_CASE(the_example_sets_every_key_to_its_default) {
  const std::string example = example_config();
  const auto c = read(example);
  BOOST_TEST_REQUIRE(c.has_value(), c.error().message);
  for (const setting& s : settings()) {
    BOOST_TEST_CONTEXT(s.key) {
      BOOST_TEST(s.get(*c) == s.get(config{}));
      BOOST_TEST(example.find("\n" + std::string(s.key) + " =") != std::string::npos);
    }
  }
}

// MULTIPASS_SOURCE_DIR is set by the build.
BOOST_AUTO_TEST_CASE(the_example_is_the_file_in_the_repository) {
  std::ifstream file(MULTIPASS_SOURCE_DIR "/tools/multipass.conf");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  BOOST_TEST((text == example_config()),
             "tools/multipass.conf is old: multipass example-config > tools/multipass.conf");
}

BOOST_AUTO_TEST_CASE(quantities_are_written_as_they_are_read) {
  for (const std::string text : {"0s", "1ms", "999ms", "1s", "90s", "30min", "36h", "180d"}) {
    BOOST_TEST_REQUIRE(parse_duration(text).has_value());
    BOOST_TEST(write_duration(*parse_duration(text)) == text);
  }
  for (const std::string text : {"0", "1", "1023", "1KiB", "1500", "16MiB", "3GiB"}) {
    BOOST_TEST_REQUIRE(parse_size(text).has_value());
    BOOST_TEST(write_size(*parse_size(text)) == text);
  }
  for (const std::string text : {"", "s", "10", "10 s", "+1s", "1S", "0x1s", "1m"}) {
    BOOST_TEST(!parse_duration(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
