#include "cli/log_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

using multipass::cli::log_writer;

BOOST_AUTO_TEST_SUITE(cli_log_writer)

struct pipe_ends {
  pipe_ends() { BOOST_REQUIRE(::pipe(ends.data()) == 0); }
  ~pipe_ends() {
    ::close(ends[0]);
    close_writing();
  }
  void close_writing() {
    if (ends[1] >= 0) ::close(ends[1]);
    ends[1] = -1;
  }
  // Until it takes no more; the descriptor stays in blocking mode.
  std::size_t fill() const {
    BOOST_REQUIRE(::fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    const std::array<char, 4096> part{};
    std::size_t filled = 0;
    for (ssize_t n = 0; (n = ::write(ends[1], part.data(), part.size())) > 0;) {
      filled += static_cast<std::size_t>(n);
    }
    BOOST_REQUIRE(::fcntl(ends[1], F_SETFL, 0) == 0);
    return filled;
  }
  // Until the writing end is closed.
  std::string read_all() const {
    std::string all;
    std::array<char, 4096> part{};
    for (ssize_t n = 0; (n = ::read(ends[0], part.data(), part.size())) > 0;) {
      all.append(part.data(), static_cast<std::size_t>(n));
    }
    return all;
  }
  std::array<int, 2> ends{};
};

constexpr auto patient = std::chrono::minutes(10);
constexpr auto impatient = std::chrono::milliseconds(20);

// Ends the writer while nobody reads, and returns what the pipe holds then.
std::string end_unread(std::unique_ptr<log_writer> log, pipe_ends& p) {
  auto end = std::async(std::launch::async, [&log] { log.reset(); });
  const bool ended = end.wait_for(std::chrono::minutes(1)) == std::future_status::ready;
  BOOST_TEST(ended, "the writer's end waits for a reader");
  if (!ended) {  // read, so that the test itself can end
    std::thread reader([&p] { p.read_all(); });
    end.wait();
    p.close_writing();
    reader.join();
    return {};
  }
  p.close_writing();
  return p.read_all();
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

BOOST_AUTO_TEST_CASE(writes_whole_lines_and_loses_none_at_the_end) {
  pipe_ends p;
  {
    log_writer log(p.ends[1], 1U << 20U, patient);
    const auto sink = log.sink();
    for (int i = 0; i < 100; ++i)
      sink(multipass::log_level::info, "{\"n\":" + std::to_string(i) + "}");
  }
  p.close_writing();
  const std::string text = p.read_all();
  BOOST_TEST(count(text, "\n") == 100U);
  BOOST_TEST(text.starts_with("{\"n\":0}\n{\"n\":1}\n"));
  BOOST_TEST(text.ends_with("{\"n\":99}\n"));
}

BOOST_AUTO_TEST_CASE(a_reader_that_stands_still_holds_nobody_up_and_drops_are_counted) {
  pipe_ends p;
  const std::string line(1000, 'x');
  constexpr std::size_t lines = 2000;  // far more than the pipe and the buffer hold
  auto log = std::make_unique<log_writer>(p.ends[1], 16'384, patient);
  for (std::size_t i = 0; i < lines; ++i) log->write(line);  // returns, though nobody reads

  std::string text;
  std::thread reader([&] { text = p.read_all(); });
  log.reset();
  p.close_writing();
  reader.join();

  const std::size_t written = count(text, line + "\n");
  std::size_t dropped = 0;
  const std::string report = "\"event\":\"log_lines_dropped\",\"lines\":\"";
  for (auto at = text.find(report); at != std::string::npos; at = text.find(report, at + 1)) {
    dropped += std::stoul(text.substr(at + report.size()));
  }
  BOOST_TEST(dropped > 0U);
  BOOST_TEST(written + dropped == lines);
}

BOOST_AUTO_TEST_CASE(the_end_does_not_wait_for_the_reader_of_a_full_pipe) {
  pipe_ends p;
  const std::size_t filled = p.fill();
  auto log = std::make_unique<log_writer>(p.ends[1], 16'384, impatient);
  log->write("never read");
  const std::string text = end_unread(std::move(log), p);
  BOOST_TEST(text.size() == filled);
  BOOST_TEST(count(text, "never read") == 0U);
}

BOOST_AUTO_TEST_CASE(what_an_unread_pipe_takes_is_written_and_ends_with_a_whole_line) {
  pipe_ends p;
  auto log = std::make_unique<log_writer>(p.ends[1], 1U << 20U, impatient);
  const std::string line(999, 'x');
  for (int i = 0; i < 500; ++i) log->write(line);  // more than the pipe holds
  const std::string text = end_unread(std::move(log), p);
  BOOST_TEST(!text.empty());
  BOOST_TEST(count(text, line + "\n") * (line.size() + 1) == text.size());
}

BOOST_AUTO_TEST_SUITE_END()
