#include "http/answer.hpp"

#include <boost/test/unit_test.hpp>

#include "http/problem.hpp"

namespace multipass {
namespace {

constexpr auto date = "Sun, 06 Nov 1994 08:49:37 GMT";

template <class Write>
std::string written(Write write, answer::context c = {}) {
  std::string buffer = c.buffer != nullptr ? *c.buffer : std::string();
  c.buffer = &buffer;
  c.date = date;
  c.request_id = "r1";
  answer a(c);
  write(a);
  return buffer;
}

answer::context with(bool answer::context::*flag) {
  answer::context c{};
  c.*flag = true;
  return c;
}

constexpr auto say_ok = [](answer& a) { a.json(200, R"({"status":"ok"})"); };

}  // namespace

BOOST_AUTO_TEST_SUITE(http_answer)

BOOST_AUTO_TEST_CASE(is_one_piece_of_text) {
  BOOST_TEST(written(say_ok) ==
             "HTTP/1.1 200 OK\r\n"
             "Content-Type: application/json\r\n"
             "Cache-Control: no-store\r\n"
             "X-Request-ID: r1\r\n"
             "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
             "Content-Length: 15\r\n"
             "\r\n"
             "{\"status\":\"ok\"}");
}

BOOST_AUTO_TEST_CASE(stands_behind_what_is_there) {
  std::string before = "earlier";
  const auto both = written(say_ok, {.buffer = &before, .date = {}, .request_id = {}});
  BOOST_TEST(both == "earlier" + written(say_ok));
}

BOOST_AUTO_TEST_CASE(head_has_the_length_without_the_body) {
  const auto whole = written(say_ok);
  const auto head = written(say_ok, with(&answer::context::head));
  BOOST_TEST(head == whole.substr(0, whole.size() - 15));
}

BOOST_AUTO_TEST_CASE(says_what_becomes_of_the_connection) {
  const auto says = [](std::string_view text, std::string_view line) {
    return text.find(line) != std::string_view::npos;
  };
  BOOST_TEST(!says(written(say_ok), "Connection:"));
  BOOST_TEST(says(written(say_ok, with(&answer::context::close)), "\r\nConnection: close\r\n"));
  auto old = with(&answer::context::keep_alive_1_0);
  BOOST_TEST(says(written(say_ok, old), "\r\nConnection: keep-alive\r\n"));
  old.close = true;
  BOOST_TEST(!says(written(say_ok, old), "keep-alive"));
}

BOOST_AUTO_TEST_CASE(headers_of_the_endpoint_stand_among_the_others) {
  const auto text = written([](answer& a) { a.problem(405, "No", "Allow: POST\r\n"); });
  BOOST_TEST(text.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"));
  BOOST_TEST(text.find("\r\nAllow: POST\r\n") < text.find("\r\n\r\n"));
  BOOST_TEST(text.ends_with("\r\n\r\n{\"message\":\"No\"}"));
}

BOOST_AUTO_TEST_CASE(a_message_is_escaped) {
  const auto text = written([](answer& a) { a.problem(400, "a\"b\\c\r\n\x01\xff"); });
  BOOST_TEST(text.ends_with("{\"message\":\"a\\\"b\\\\c\\r\\n\\u0001\xEF\xBF\xBD\"}"));
}

BOOST_AUTO_TEST_CASE(a_redirect_has_a_place_and_no_body) {
  const auto text = written([](answer& a) { a.redirect("/consent?x=y", "Set-Cookie: a=b\r\n"); });
  BOOST_TEST(text.starts_with("HTTP/1.1 303 See Other\r\n"));
  BOOST_TEST(text.find("\r\nLocation: /consent?x=y\r\nSet-Cookie: a=b\r\n") != std::string::npos);
  BOOST_TEST(text.find("\r\nCache-Control: no-store\r\n") != std::string::npos);
  BOOST_TEST(text.ends_with("Content-Length: 0\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(pages_and_texts_name_their_type) {
  const auto page = written([](answer& a) { a.html(200, "<p>"); });
  BOOST_TEST(page.find("\r\nContent-Type: text/html; charset=utf-8\r\n") != std::string::npos);
  BOOST_TEST(page.ends_with("\r\n\r\n<p>"));
  const auto style = written([](answer& a) { a.text(200, "text/css", "p{}"); });
  BOOST_TEST(style.find("\r\nContent-Type: text/css\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(errors_have_one_table) {
  const auto status = [](errc code) {
    std::string buffer;
    answer a({.buffer = &buffer, .date = date, .request_id = "r1"});
    BOOST_TEST(a.status() == 0U);
    answer_problem(a, {code, "/var/bank.db is full"});
    const bool says_why = buffer.find("bank.db") != std::string::npos;
    BOOST_TEST(says_why == (a.status() != 503));
    BOOST_TEST((buffer.find("\r\nRetry-After: ") != std::string::npos) == (a.status() == 503));
    return a.status();
  };
  BOOST_TEST(status(errc::invalid_input) == 400U);
  BOOST_TEST(status(errc::unauthorized) == 401U);
  BOOST_TEST(status(errc::forbidden) == 403U);
  BOOST_TEST(status(errc::not_found) == 404U);
  BOOST_TEST(status(errc::conflict) == 409U);
  BOOST_TEST(status(errc::too_large) == 413U);
  BOOST_TEST(status(errc::unsupported_media) == 415U);
  BOOST_TEST(status(errc::overloaded) == 503U);
  BOOST_TEST(status(errc::unavailable) == 503U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
