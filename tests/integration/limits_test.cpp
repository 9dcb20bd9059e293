// The configured limits through a socket. Who goes beyond one can read why, although it is sending
// still; then the connection is closed.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <vector>

#include "support/sandbox_gateway.hpp"

namespace multipass::testing {
namespace {

const std::string open_connections = "multipass_http_connections{listener=\"public\"}";
const std::string accepted = "multipass_http_accepted_total{listener=\"public\"}";

std::string header_of(std::size_t size) {
  const std::string front = "GET /healthz HTTP/1.1\r\nHost: a\r\nX: ";
  return front + std::string(size - front.size() - 4, 'x') + "\r\n\r\n";
}

std::string line_of(std::size_t size) {
  return "GET /" + std::string(size - 14, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

std::string fields_of(std::size_t count) {
  std::string text = "GET /healthz HTTP/1.1\r\nHost: a\r\n";
  for (std::size_t i = 1; i < count; ++i) text += "X: y\r\n";
  return text + "\r\n";
}

std::string body_of(std::size_t size) {
  return "POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) +
         "\r\n\r\n" + std::string(size, 'b');
}

std::string chunked_body_of(std::size_t size) {
  std::string text = "POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (; size > 0; --size) text += "1\r\nb\r\n";
  return text + "0\r\n\r\n";
}

std::string chunk_header_of(std::size_t size) {
  return "POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0;" +
         std::string(size - 2, 'e') + "\r\n\r\n";
}

const std::string parameter_missing = "Parameter username is missing";
const std::string too_many_parameters = "Too many parameters";
const std::string parameter_nested = "Parameter a must be a string or a whole number";
const std::string too_deep_alone = "JSON is nested too deeply";
const std::string too_deep = "The body: " + too_deep_alone;

std::string message_of(const reply& r) {
  BOOST_TEST(r.status == 400U);
  const std::string front = R"({"message":")";
  auto message = r.body.substr(std::min(front.size(), r.body.size()));
  if (message.ends_with("\"}")) message.resize(message.size() - 2);
  std::erase(message, '\\');
  return message;
}

std::string authorize_with(sandbox_gateway& g, int parameters) {
  std::string query;
  for (int i = 0; i < parameters; ++i) query += "&p" + std::to_string(i) + "=x";
  return message_of(post(g.address(), "/api/tpp/authorize?" + query.substr(1)));
}

// An object with arrays in arrays in it, `depth` levels in all.
std::string nested(std::size_t depth) {
  return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

std::string authorize_nested(sandbox_gateway& g, std::size_t depth) {
  return message_of(post(g.address(), "/api/tpp/authorize", json_line, nested(depth)));
}

std::string admin_nested(sandbox_gateway& g, std::size_t depth) {
  const auto r = g.admin_post("/admin/authorizations/x/approve", nested(depth));
  return message_of(r);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_limits)

BOOST_AUTO_TEST_CASE(a_bad_media_type_closes) {
  sandbox_gateway g;
  http_client c(g.address());
  const auto r = c.post("/api/client/token", "Content-Type: text/xml\r\n", "<a/>");
  BOOST_TEST(r.status == 415U);
  BOOST_TEST(r.header("connection") == "close");
  BOOST_TEST(c.closed_by_peer());
}

BOOST_AUTO_TEST_CASE(hold_to_the_byte) {
  sandbox_gateway g;
  struct row {
    std::string fits;
    unsigned status;
    std::string too_much;
    unsigned refused;
  };
  const std::vector<row> rows{{header_of(8192), 200, header_of(8193), 431},
                              {line_of(4096), 404, line_of(4097), 414},
                              {fields_of(100), 200, fields_of(101), 431},
                              {body_of(65'536), 404, body_of(65'537), 413},
                              {chunked_body_of(65'536), 404, chunked_body_of(65'537), 413},
                              {chunk_header_of(256), 404, chunk_header_of(257), 400}};
  for (const auto& r : rows) {
    BOOST_TEST_CONTEXT(r.too_much.substr(0, 70)) {
      http_client c(g.address());
      c.send(r.fits);
      BOOST_TEST(c.read().status == r.status);
      c.send(r.too_much);
      const auto answer = c.read();
      BOOST_TEST(answer.status == r.refused);
      BOOST_TEST(answer.header("connection") == "close");
      BOOST_TEST(c.closed_by_peer());
    }
  }
}

BOOST_AUTO_TEST_CASE(are_those_configured) {
  sandbox_gateway g([](config& c) {
    c.max_header = 1024;
    c.max_request_line = 128;
    c.max_header_fields = 10;
    c.max_body = 100;
    c.max_parameters = 3;
    c.max_chunk_header = 20;
    c.max_json_depth = 2;
  });
  const auto status = [&](const std::string& bytes) {
    http_client c(g.address());
    c.send(bytes);
    return c.read().status;
  };
  BOOST_TEST(status(header_of(1024)) == 200U);
  BOOST_TEST(status(header_of(1025)) == 431U);
  BOOST_TEST(status(line_of(128)) == 404U);
  BOOST_TEST(status(line_of(129)) == 414U);
  BOOST_TEST(status(fields_of(10)) == 200U);
  BOOST_TEST(status(fields_of(11)) == 431U);
  BOOST_TEST(status(body_of(100)) == 404U);
  BOOST_TEST(status(body_of(101)) == 413U);
  BOOST_TEST(status(chunk_header_of(20)) == 404U);
  BOOST_TEST(status(chunk_header_of(21)) == 400U);
  BOOST_TEST(authorize_with(g, 3) == parameter_missing);
  BOOST_TEST(authorize_with(g, 4) == too_many_parameters);
  BOOST_TEST(authorize_nested(g, 2) == parameter_nested);
  BOOST_TEST(authorize_nested(g, 3) == too_deep);
  // The private listener's JSON is as deep.
  BOOST_TEST(admin_nested(g, 2) == "Member \"a\" is unknown");
  BOOST_TEST(admin_nested(g, 3) == too_deep_alone);
}

BOOST_AUTO_TEST_CASE(of_parameters_and_json) {
  sandbox_gateway g;
  BOOST_TEST(authorize_with(g, 32) == parameter_missing);
  BOOST_TEST(authorize_with(g, 33) == too_many_parameters);
  BOOST_TEST(authorize_nested(g, 16) == parameter_nested);
  BOOST_TEST(authorize_nested(g, 17) == too_deep);
  BOOST_TEST(admin_nested(g, 16) == "Member \"a\" is unknown");
  BOOST_TEST(admin_nested(g, 17) == too_deep_alone);
}

// The private listener takes account imports.
BOOST_AUTO_TEST_CASE(of_the_private_listener_are_its_own) {
  sandbox_gateway g;
  const std::string large(1'000'000, ' ');
  BOOST_TEST(g.admin_post("/admin/authorizations/x/approve", large).status != 413U);
  BOOST_TEST(post(g.address(), "/nowhere", {}, large).status == 413U);
}

BOOST_AUTO_TEST_CASE(can_be_read_about_by_a_peer_that_is_sending) {
  sandbox_gateway g;
  const std::string more(600'000, 'a');
  const std::vector<std::pair<unsigned, std::string>> rows{
      {414, "GET /" + more},
      {431, "GET / HTTP/1.1\r\nX: " + more},
      {413, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 600000\r\n\r\n" + more},
      {400, "GET / HTTP/1.1\n" + more},
      {400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n" + more},
      {417, "POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 60000\r\n\r\n" + more},
      {505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n" + more}};
  for (const auto& [status, bytes] : rows) {
    http_client c(g.address());
    BOOST_TEST_CONTEXT(bytes.substr(0, 60)) {
      BOOST_TEST(c.send(bytes) == bytes.size());
      BOOST_TEST(c.read().status == status);
      BOOST_TEST(c.closed_by_peer());
      BOOST_TEST(!c.was_reset());  // which could have overtaken the answer
    }
  }
}

// Further peers wait in the kernel's queue, and each is served when another has left.
BOOST_AUTO_TEST_CASE(of_connections_let_further_ones_wait) {
  sandbox_gateway g([](config& c) { c.max_connections = 2; });
  std::vector<std::unique_ptr<http_client>> peers;
  for (int i = 0; i < 8; ++i) {
    peers.push_back(std::make_unique<http_client>(g.address()));
    peers.back()->send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  for (std::size_t i = 0; i < peers.size(); ++i) {
    BOOST_TEST(peers[i]->read().status == 200U);
    BOOST_TEST(g.metric(accepted) <= static_cast<long long>(i) + 2);
    BOOST_TEST(g.metric(open_connections) <= 2);
    if (i > 0) peers[i - 1].reset();
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
