#include "load/answer_reader.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace multipass::load;

namespace {

const std::string good =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    "Content-Length: 13\r\n\r\n{\"a\":\r\n\r\n\"b\"}";
const std::string refusal =
    "HTTP/1.1 401 Unauthorized\r\ncontent-length:0\r\nConnection: close\r\n\r\n";

struct seen_answer {
  unsigned status;
  bool close;
  std::string body;
  bool operator==(const seen_answer&) const = default;
};

struct collected {
  answer_reader reader;
  std::vector<seen_answer> answers;
  bool read(std::string_view bytes) {
    return reader.read(bytes, [this](const answer& a) {
      answers.push_back({a.status, a.close, std::string(a.body)});
      return true;
    });
  }
};

std::string problem_of(const std::string& bytes) {
  collected c;
  const bool fine = c.read(bytes);
  BOOST_TEST(fine == c.reader.problem().empty());
  return c.reader.problem();
}

bool says(const std::string& problem, const std::string& words) {
  return problem.find(words) != std::string::npos;
}

std::string with_field(const std::string& field) {
  return "HTTP/1.1 200 OK\r\n" + field + "\r\nContent-Length: 0\r\n\r\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(load_answer_reader)

BOOST_AUTO_TEST_CASE(reads_answers_however_they_are_cut) {
  const std::string bytes = good + refusal + good + good;
  const std::vector<seen_answer> expected{{200, false, "{\"a\":\r\n\r\n\"b\"}"},
                                          {401, true, ""},
                                          {200, false, "{\"a\":\r\n\r\n\"b\"}"},
                                          {200, false, "{\"a\":\r\n\r\n\"b\"}"}};
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    collected c;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      BOOST_TEST_REQUIRE(c.read(std::string_view(bytes).substr(at, piece)));
    }
    BOOST_TEST_REQUIRE((c.answers == expected));
    BOOST_TEST_REQUIRE(c.reader.empty());
  }
}

BOOST_AUTO_TEST_CASE(knows_when_an_answer_is_unfinished) {
  for (std::size_t size = 1; size < good.size(); ++size) {
    collected c;
    BOOST_TEST_REQUIRE(c.read(good.substr(0, size)));
    BOOST_TEST_REQUIRE(c.answers.empty());
    BOOST_TEST_REQUIRE(!c.reader.empty());
    c.reader.reset();
    BOOST_TEST_REQUIRE(c.reader.empty());
    BOOST_TEST_REQUIRE(c.read(good));
    BOOST_TEST_REQUIRE(c.answers.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(stops_when_told_to) {
  answer_reader reader;
  int seen = 0;
  BOOST_TEST(reader.read(good + good, [&](const answer&) { return ++seen, false; }));
  BOOST_TEST(seen == 1);
  BOOST_TEST(reader.empty());
}

BOOST_AUTO_TEST_CASE(demands_an_http_1_1_status_line) {
  const std::string end = "\r\nContent-Length: 0\r\n\r\n";
  for (const char* line : {"HTTP/1.0 200 OK", "http/1.1 200 OK", "HTTP/1.1  200 OK", "",
                           "HTTP/1.1 20 OK", "HTTP/1.1 2000", "HTTP/1.1 2x0 OK", "x"}) {
    BOOST_TEST(says(problem_of(line + end), "expected a status"), line);
  }
  BOOST_TEST(says(problem_of("HTTP/1.1 100 Continue" + end), "200 to 599"));
  BOOST_TEST(says(problem_of("HTTP/1.1 600 Odd" + end), "200 to 599"));
  BOOST_TEST(problem_of("HTTP/1.1 200" + end) == "");
  BOOST_TEST(problem_of("HTTP/1.1 503 " + end) == "");
}

BOOST_AUTO_TEST_CASE(demands_content_length_once_and_plain) {
  BOOST_TEST(says(problem_of("HTTP/1.1 200 OK\r\n\r\n"), "no Content-Length"));
  for (const char* value : {"", "x", "-1", "+1", "1 2", "0x10", "1,1", "99999999999999999999"}) {
    const auto problem =
        problem_of(std::string("HTTP/1.1 200 OK\r\nContent-Length: ") + value + "\r\n\r\n");
    BOOST_TEST(says(problem, "not a number"), value);
  }
  BOOST_TEST(says(problem_of(with_field("Content-Length: 0")), "twice"));
  BOOST_TEST(says(problem_of("HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n"), "64 MiB"));
}

BOOST_AUTO_TEST_CASE(says_that_other_framing_is_not_read) {
  BOOST_TEST(says(problem_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                  "only answers framed by Content-Length"));
  BOOST_TEST(says(problem_of(with_field("transfer-encoding: gzip")), "Transfer-Encoding"));
}

BOOST_AUTO_TEST_CASE(answers_without_a_body_need_no_length) {
  for (const char* status : {"204", "304"}) {
    collected c;
    BOOST_TEST(c.read(std::string("HTTP/1.1 ") + status + " x\r\n\r\n" + good));
    BOOST_TEST(c.answers.size() == 2U, status);
  }
}

BOOST_AUTO_TEST_CASE(demands_well_formed_lines) {
  BOOST_TEST(says(problem_of("HTTP/1.1 200 OK\nContent-Length: 0\n\n"), "CR LF"));
  BOOST_TEST(says(problem_of("\n"), "CR LF"));
  BOOST_TEST(says(problem_of(with_field("no-colon-here")), "without a name"));
  BOOST_TEST(says(problem_of(with_field(": empty")), "without a name"));
  BOOST_TEST(says(problem_of(with_field("Name : value")), "white space"));
  BOOST_TEST(says(problem_of(with_field(" folded: line")), "white space"));
  BOOST_TEST(says(problem_of("HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x')), "64 KiB"));
}

BOOST_AUTO_TEST_CASE(understands_connection_close_among_other_options) {
  for (const char* value : {"close", "Close", "keep-alive, close", " upgrade ,\tCLOSE\t"}) {
    collected c;
    BOOST_TEST(c.read(with_field(std::string("CONNECTION:") + value)));
    BOOST_TEST(c.answers.at(0).close, value);
  }
  for (const char* value : {"", "keep-alive", "closed", "not-close", "clos"}) {
    collected c;
    BOOST_TEST(c.read(with_field(std::string("Connection: ") + value)));
    BOOST_TEST(!c.answers.at(0).close, value);
  }
}

BOOST_AUTO_TEST_CASE(quotes_what_it_did_not_understand) {
  const auto problem = problem_of("SSH-2.0-\x01server\r\n\r\n");
  BOOST_TEST(says(problem, "begins with \"SSH-2.0-.server....\""));
}

BOOST_AUTO_TEST_SUITE_END()
