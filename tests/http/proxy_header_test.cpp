#include "http/proxy_header.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace multipass::testing {
namespace {

using state = proxy_header::state;

const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);
const std::string v4_addresses("\xC0\x00\x02\x07\xC0\x00\x02\x01\x12\x67\x01\xBB", 12);
const std::string v6_addresses = std::string("\x20\x01\x0D\xB8", 4) + std::string(11, '\0') +
                                 "\x07" + std::string(16, '\x01') +
                                 std::string("\x12\x67\x01\xBB", 4);

std::string version_2(unsigned command, unsigned family, const std::string& rest) {
  std::string text = signature;
  text += static_cast<char>(command);
  text += static_cast<char>(family);
  text += static_cast<char>(rest.size() / 256);
  text += static_cast<char>(rest.size() % 256);
  return text + rest;
}

std::string source_of(const proxy_header& h) {
  return h.source ? h.source->to_string() : "none";
}

struct row {
  std::string header;
  std::string source;
};

const std::vector<row> good{
    {"PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\r\n", "192.0.2.7"},
    {"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255"},
    {"PROXY TCP6 2001:db8::7 2001:db8::1 0 443\r\n", "2001:db8::7"},
    {"PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n", "192.0.2.7"},
    {"PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
     "65535 65535\r\n",
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"PROXY UNKNOWN\r\n", "none"},
    {"PROXY UNKNOWN whatever this may be\r\n", "none"},
    {"PROXY UNKNOWN " + std::string(91, 'x') + "\r\n", "none"},  // 107 bytes
    {version_2(0x21, 0x11, v4_addresses), "192.0.2.7"},
    {version_2(0x21, 0x21, v6_addresses), "2001:db8::7"},
    {version_2(0x21, 0x11, v4_addresses + std::string("\x04\x00\x01x", 4)), "192.0.2.7"},  // TLV
    {version_2(0x21, 0x11, v4_addresses + std::string(520 - 12, 'x')), "192.0.2.7"},  // 536 bytes
    {version_2(0x21, 0x31, std::string(216, 'u')), "none"},
    {version_2(0x21, 0x00, ""), "none"},
    {version_2(0x21, 0x00, "whatever"), "none"},
    {version_2(0x20, 0x00, ""), "none"},
    {version_2(0x20, 0x11, v4_addresses), "none"},  // LOCAL: what it says is not about a client
};

const std::vector<std::string> bad{
    "GET / HTTP/1.1\r\n\r\n",
    std::string("\x16\x03\x01\x02\x00\x01", 6),  // a TLS handshake
    "proxy TCP4 192.0.2.7 192.0.2.1 4711 443\r\n",
    "PROXY\r\n",
    "PROXY \r\n",
    "PROXY TCP4\r\n",
    "PROXY TCP5 192.0.2.7 192.0.2.1 4711 443\r\n",
    "PROXY  TCP4 192.0.2.7 192.0.2.1 4711 443\r\n",
    "PROXY TCP4  192.0.2.7 192.0.2.1 4711 443\r\n",
    "PROXY TCP4 192.0.2.7 192.0.2.1 4711 443 \r\n",
    "PROXY TCP4 192.0.2.7 192.0.2.1 4711\r\n",
    "PROXY TCP4 192.0.2.7 192.0.2.1 4711 65536\r\n",
    "PROXY TCP4 192.0.2.7 192.0.2.1 4711 99999\r\n",
    "PROXY TCP4 192.0.2.7 192.0.2.1 04711 443\r\n",
    "PROXY TCP4 192.0.2.7 192.0.2.1 -1 443\r\n",
    "PROXY TCP4 192.0.2.256 192.0.2.1 4711 443\r\n",
    "PROXY TCP4 2001:db8::7 2001:db8::1 4711 443\r\n",
    "PROXY TCP6 192.0.2.7 192.0.2.1 4711 443\r\n",
    "PROXY TCP6 fe80::1%eth0 2001:db8::1 4711 443\r\n",
    "PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\n\r\n",
    "PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\rx",
    "PROXY UNKNOWN " + std::string(92, 'x') + "\r\n",  // 108 bytes
    "PROXY " + std::string(200, 'x'),
    "\r\n\r\nGET",
    version_2(0x11, 0x11, v4_addresses),  // a version 1 in binary
    version_2(0x22, 0x11, v4_addresses),  // a command that there is not
    version_2(0x21, 0x12, v4_addresses),  // UDP
    version_2(0x21, 0x41, v4_addresses),
    version_2(0x21, 0x11, v4_addresses.substr(1)),
    version_2(0x21, 0x21, v6_addresses.substr(1)),
    version_2(0x21, 0x31, std::string(215, 'u')),
    version_2(0x21, 0x11, v4_addresses + std::string(521 - 12, 'x')),  // 537 bytes
    version_2(0x20, 0x00, std::string(65'535, 'x')),
};

}  // namespace

BOOST_AUTO_TEST_SUITE(http_proxy_header)

BOOST_AUTO_TEST_CASE(a_good_one_is_read_wherever_it_is_split) {
  for (const auto& r : good) {
    BOOST_TEST_CONTEXT(r.header.substr(0, 60) << " " << r.header.size()) {
      for (std::size_t size = 0; size < r.header.size(); ++size) {
        const auto part = read_proxy_header(std::string_view(r.header).substr(0, size));
        BOOST_TEST_REQUIRE((part.now == state::more));
        BOOST_TEST_REQUIRE(part.size > 0U);
        // Who reads as many bytes reads none that is not the header's.
        BOOST_TEST_REQUIRE(size + part.size <= r.header.size());
      }
      for (const std::string behind : {"", "GET / HTTP/1.1\r\n", "\r\n"}) {
        const auto whole = read_proxy_header(r.header + behind);
        BOOST_TEST((whole.now == state::done));
        BOOST_TEST(whole.size == r.header.size());
        BOOST_TEST(source_of(whole) == r.source);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_bad_one_is_refused_wherever_it_is_split) {
  for (const auto& text : bad) {
    BOOST_TEST_CONTEXT(text.substr(0, 60) << " " << text.size()) {
      bool refused = false;
      for (std::size_t size = 0; size <= text.size(); ++size) {
        const auto part = read_proxy_header(std::string_view(text).substr(0, size));
        BOOST_TEST_REQUIRE((part.now != state::done));
        if (refused) BOOST_TEST_REQUIRE((part.now == state::bad));  // nothing mends it
        refused = part.now == state::bad;
      }
      BOOST_TEST(refused);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
