// Whose request it is, where a balancer stands in front: told by the "address" of the log line and
// by who is turned away when one address has too many connections. The tests' own connections all
// come from 127.0.0.1.
#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <vector>

#include "support/sandbox_gateway.hpp"

namespace multipass::testing {
namespace {

const std::string health = "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";
const std::string refused = "multipass_http_refused_connections_total{listener=\"public\",reason=";
const std::string refused_header = refused + "\"proxy_header\"}";
const std::string refused_address = refused + "\"address\"}";

void trusts_us(config& c) {
  c.trusted_proxies = "127.0.0.0/8, 10.0.0.0/8";
}
void trusts_others(config& c) {
  c.trusted_proxies = "10.0.0.0/8";
}
void speaks_proxy(config& c) {
  trusts_us(c);
  c.proxy_protocol = true;
}

std::string proxied_from(const std::string& address) {
  return "PROXY TCP4 " + address + " 192.0.2.1 4711 443\r\n";
}

// The address in the log line of the request with this id.
std::string logged(const sandbox_gateway& g, const std::string& id) {
  const auto log = g.log();
  const auto at = log.find("\"request\":\"" + id + "\"");
  if (at == std::string::npos) return "none";
  return between(log.substr(at), "\"address\":\"", "\"");
}

std::string address_of(sandbox_gateway& g, const std::string& headers) {
  BOOST_TEST(get(g.address(), "/healthz", "X-Request-ID: this-one\r\n" + headers).status == 200U);
  return logged(g, "this-one");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_addresses)

BOOST_AUTO_TEST_CASE(anybody_can_write_a_header_and_is_not_believed) {
  for (auto* const change : {&trusts_others, static_cast<decltype(&trusts_others)>(nullptr)}) {
    sandbox_gateway g(change);
    BOOST_TEST(address_of(g, "X-Forwarded-For: 203.0.113.9\r\n") == "127.0.0.1");
  }
}

BOOST_AUTO_TEST_CASE(a_trusted_balancer_says_who_asks) {
  sandbox_gateway g(trusts_us);
  BOOST_TEST(address_of(g, "x-forwarded-FOR: 203.0.113.9, 198.51.100.7:1234\r\n") ==
             "198.51.100.7");
}

// More fields than are kept; the last ones count.
BOOST_AUTO_TEST_CASE(many_fields_are_one_list) {
  sandbox_gateway g(trusts_us);
  std::string fields;
  for (int i = 0; i < 9; ++i) fields += "X-Forwarded-For: 203.0.113.9\r\n";
  BOOST_TEST(address_of(g, fields + "X-Forwarded-For: 2001:db8::7\r\n"
                                    "X-Forwarded-For: 10.0.0.2\r\n") == "2001:db8::7");
}

BOOST_AUTO_TEST_CASE(each_request_of_a_connection_has_its_own) {
  sandbox_gateway g(trusts_us);
  http_client c(g.address());
  BOOST_TEST(c.get("/healthz", "X-Request-ID: a\r\nX-Forwarded-For: 192.0.2.1\r\n").status == 200U);
  BOOST_TEST(c.get("/healthz", "X-Request-ID: b\r\nX-Forwarded-For: 192.0.2.2\r\n").status == 200U);
  BOOST_TEST(c.get("/healthz", "X-Request-ID: c\r\n").status == 200U);
  BOOST_TEST(logged(g, "a") == "192.0.2.1");
  BOOST_TEST(logged(g, "b") == "192.0.2.2");
  BOOST_TEST(logged(g, "c") == "127.0.0.1");
}

BOOST_AUTO_TEST_CASE(the_proxy_header_says_who_is_connected) {
  sandbox_gateway g(speaks_proxy);
  const std::string local("\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00", 16);
  const std::vector<std::pair<std::string, std::string>> rows{
      {proxied_from("192.0.2.7"), "192.0.2.7"},
      {std::string(
           "\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0C\xC0\x00\x02\x08\xC0\x00\x02\x01\x12\x67\x01\xBB",
           28),
       "192.0.2.8"},
      {local, "127.0.0.1"},
      {"PROXY UNKNOWN\r\n", "127.0.0.1"}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto id = "request-" + std::to_string(i);
    const auto request = "GET /healthz HTTP/1.1\r\nHost: test\r\nX-Request-ID: " + id + "\r\n\r\n";
    http_client at_once(g.address());
    at_once.send(rows[i].first + request + health);
    BOOST_TEST(at_once.read().status == 200U);
    BOOST_TEST(at_once.read().status == 200U);
    BOOST_TEST(logged(g, id) == rows[i].second);
    http_client in_drops(g.address());
    for (const char c : rows[i].first) in_drops.send(std::string(1, c));
    in_drops.send(health);
    BOOST_TEST(in_drops.read().status == 200U);
  }
  BOOST_TEST(g.metric(refused_header) == 0);
}

// Behind a connection's balancer there may be one for its requests.
BOOST_AUTO_TEST_CASE(both_together) {
  sandbox_gateway g(speaks_proxy);
  const auto asked = [&](const std::string& header, const std::string& id) {
    http_client c(g.address());
    c.send(header + "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-ID: " + id +
           "\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n");
    BOOST_TEST(c.read().status == 200U);
    return logged(g, id);
  };
  BOOST_TEST(asked(proxied_from("10.0.0.5"), "one-of-ours") == "203.0.113.9");
  BOOST_TEST(asked(proxied_from("192.0.2.7"), "anybody") == "192.0.2.7");
  // A client that the balancer cannot name is still a client.
  BOOST_TEST(asked("PROXY UNKNOWN\r\n", "nobody") == "127.0.0.1");
}

BOOST_AUTO_TEST_CASE(without_a_good_proxy_header_there_is_no_connection) {
  sandbox_gateway g(speaks_proxy);
  long long count = 0;
  for (const auto& bytes :
       {health, std::string("PROXY TCP4 1.2.3.4\r\n"), std::string("\x16\x03\x01\x02", 4)}) {
    http_client c(g.address());
    c.send(bytes);
    BOOST_TEST(c.closed_by_peer());
    BOOST_TEST(g.metric(refused_header) == ++count);
  }
  BOOST_TEST(g.log().find("\"event\":\"connection_refused\",\"address\":\"127.0.0.1\","
                          "\"reason\":\"no good PROXY header\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nor_with_one_from_a_peer_that_is_not_trusted) {
  sandbox_gateway g([](config& c) {
    trusts_others(c);
    c.proxy_protocol = true;
  });
  http_client c(g.address());
  c.send(proxied_from("192.0.2.7") + health);
  BOOST_TEST(c.closed_by_peer());
  BOOST_TEST(g.metric(refused_header) == 1);
  BOOST_TEST(g.admin_get("/admin/consents").status == 200U);  // the private listener takes none
}

BOOST_AUTO_TEST_CASE(a_proxy_header_has_the_time_of_a_header) {
  sandbox_gateway g([](config& c) {
    speaks_proxy(c);
    c.header_timeout = std::chrono::milliseconds{150};
  });
  for (const std::string begun : {"", "PROXY TCP4 192.0.2.7"}) {
    http_client c(g.address());
    c.send(begun);
    BOOST_TEST(c.closed_by_peer());
  }
  BOOST_TEST(g.metric(refused_header) == 2);
}

BOOST_AUTO_TEST_CASE(one_address_has_so_many_connections) {
  sandbox_gateway g([](config& c) { c.max_connections_per_address = 2; });
  auto first = std::make_unique<http_client>(g.address());
  http_client second(g.address());
  BOOST_TEST(first->get("/healthz").status == 200U);
  BOOST_TEST(second.get("/healthz").status == 200U);
  http_client third(g.address());
  BOOST_TEST(third.closed_by_peer());
  BOOST_TEST(g.metric(refused_address) == 1);
  BOOST_TEST(g.metric("multipass_http_connections{listener=\"public\"}") == 2);
  BOOST_TEST(second.get("/healthz").status == 200U);
  first.reset();
  while (g.metric("multipass_http_connections{listener=\"public\"}") > 1) {
  }
  BOOST_TEST(get(g.address(), "/healthz").status == 200U);
}

BOOST_AUTO_TEST_CASE(behind_the_proxy_header_too) {
  sandbox_gateway g([](config& c) {
    speaks_proxy(c);
    c.max_connections_per_address = 2;
  });
  std::vector<std::unique_ptr<http_client>> open;
  const auto connect = [&](const std::string& header) -> http_client& {
    open.push_back(std::make_unique<http_client>(g.address()));
    open.back()->send(header + health);
    return *open.back();
  };
  BOOST_TEST(connect(proxied_from("192.0.2.7")).read().status == 200U);
  BOOST_TEST(connect(proxied_from("192.0.2.7")).read().status == 200U);
  BOOST_TEST(connect(proxied_from("192.0.2.7")).closed_by_peer());
  BOOST_TEST(g.metric(refused_address) == 1);
  BOOST_TEST(connect(proxied_from("192.0.2.8")).read().status == 200U);
  // The balancer's own, which look whether we live.
  for (int i = 0; i < 4; ++i) BOOST_TEST(connect("PROXY UNKNOWN\r\n").read().status == 200U);
}

BOOST_AUTO_TEST_CASE(a_balancers_connections_are_many_peers) {
  sandbox_gateway g([](config& c) {
    trusts_us(c);
    c.max_connections_per_address = 2;
  });
  std::vector<std::unique_ptr<http_client>> open;
  for (int i = 0; i < 6; ++i) {
    open.push_back(std::make_unique<http_client>(g.address()));
    BOOST_TEST(open.back()->get("/healthz").status == 200U);
  }
  BOOST_TEST(g.metric(refused_address) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
