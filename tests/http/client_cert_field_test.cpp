#include "http/client_cert_field.hpp"

#include <boost/test/unit_test.hpp>

#include "http/header_field.hpp"

using namespace multipass;

BOOST_AUTO_TEST_SUITE(http_client_cert_field)

BOOST_AUTO_TEST_CASE(reads_both_forms) {
  for (const char* value :
       {":MIIB:", "-----BEGIN%20CERTIFICATE-----%0AMIIB%0A-----END%20CERTIFICATE-----%0A",
        "-----BEGIN%20CERTIFICATE-----%0aMI%0aIB%0a-----END%20CERTIFICATE-----",
        "%2D----BEGIN CERTIFICATE-----%0AMIIB-----END CERTIFICATE-----"}) {
    const auto der = read_client_cert(value);
    BOOST_REQUIRE_MESSAGE(der, value);
    BOOST_TEST((*der == "\x30\x82\x01"));
  }
  BOOST_TEST((read_client_cert(":+/8=:").value() == "\xfb\xff"));
  BOOST_TEST((read_client_cert("-----BEGIN%20CERTIFICATE-----%0A%2B%2F8%3D%0A"
                               "-----END%20CERTIFICATE-----%0A")
                  .value() == "\xfb\xff"));
}

BOOST_AUTO_TEST_CASE(refuses_everything_else) {
  for (const char* value :
       {"",
        ":",
        "::",
        ":MIIB",
        "MIIB",
        "MIIB:",
        ":MIIB:,:MIIB:",
        ":MII:",
        ":MIIB=:",
        ":MI==:",
        ":M===:",
        ":====:",
        ":MI-_:",
        ": MIIB:",
        ":MIIB:;a=1",
        "-----BEGIN%20CERTIFICATE-----%0AMIIB%0A",
        "-----BEGIN%20CERTIFICATE-----%0A",
        "-----BEGIN%20CERTIFICATE-----%0AMIIB%0A-----END%20CERTIFICATE-----%0A%0A",
        "-----BEGIN%20CERTIFICATE-----%0AMIIB%0A-----END%20CERTIFICATE-----%0A"
        "-----BEGIN%20CERTIFICATE-----%0AMIIB%0A-----END%20CERTIFICATE-----%0A",
        "x-----BEGIN%20CERTIFICATE-----%0AMIIB%0A-----END%20CERTIFICATE-----",
        "-----BEGIN%20CERTIFICATE-----%0AMI%ZZ%0A-----END%20CERTIFICATE-----",
        "-----BEGIN%20CERTIFICATE-----%0AMIIB%0A-----END%20CERTIFICATE-----%",
        "-----BEGIN%20CERTIFICATE-----%0AMIIB%00%0A-----END%20CERTIFICATE-----",
        "-----BEGIN%20PRIVATE%20KEY-----%0AMIIB%0A-----END%20PRIVATE%20KEY-----"}) {
    const auto der = read_client_cert(value);
    BOOST_TEST(!der, value);
    if (!der) BOOST_TEST((der.error().code == errc::invalid_input));
  }
}

BOOST_AUTO_TEST_CASE(the_field_has_one_name) {
  BOOST_TEST((find_header_field("Client-Cert") == header_field::client_cert));
  BOOST_TEST((find_header_field("CLIENT-CERT") == header_field::client_cert));
  BOOST_TEST((find_header_field("client_cert") == header_field::other));
  BOOST_TEST((find_header_field("client-certs") == header_field::other));
}

BOOST_AUTO_TEST_SUITE_END()
