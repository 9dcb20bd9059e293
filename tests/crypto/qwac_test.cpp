#include "crypto/qwac.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

#include "crypto/der.hpp"
#include "support/test_pki.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::string_literals;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// The PSD2 statement's object identifier, and the first role's, with tag and length.
const std::string psd2 = "\x06\x06\x04\x00\x81\x98\x27\x02"s;
const std::string role_ai = "\x06\x07\x04\x00\x81\x98\x27\x01\x03"s;

}  // namespace

BOOST_AUTO_TEST_SUITE(crypto_qwac)

BOOST_AUTO_TEST_CASE(reads_what_a_good_one_says) {
  const auto q = read_qwac(test_pki::get().der("good"));
  BOOST_REQUIRE_MESSAGE(q, q.error().message);
  BOOST_TEST(q->organization == "PSDGB-FCA-123456");
  BOOST_TEST(q->authority == "GB-FCA");
  BOOST_TEST(q->authority_name == "Financial Conduct Authority");
  BOOST_TEST(q->subject ==
             "CN=acme.example,organizationIdentifier=PSDGB-FCA-123456,O=Acme Ltd,C=GB");
  BOOST_TEST(q->has(psp_role::account_information));
  BOOST_TEST(!q->has(psp_role::payment_initiation));
  BOOST_TEST(q->valid.from.time_since_epoch().count() == 1'577'836'800);   // 2020-01-01
  BOOST_TEST(q->valid.until.time_since_epoch().count() == 2'524'608'000);  // 2050-01-01
}

BOOST_AUTO_TEST_CASE(tells_the_roles_apart) {
  const auto all = read_qwac(test_pki::get().der("all-roles"));
  const auto other = read_qwac(test_pki::get().der("wrong-role"));
  BOOST_REQUIRE((all && other));
  BOOST_TEST(all->roles == 15);
  BOOST_TEST(other->roles == static_cast<int>(psp_role::payment_initiation));
}

BOOST_AUTO_TEST_CASE(says_what_is_missing_or_malformed) {
  const auto& pki = test_pki::get();
  const auto good = pki.der("good");
  struct row {
    std::string der;
    const char* says;
  };
  const row rows[] = {
      {"", "is not an X.509 certificate"},
      {"hello", "is not an X.509 certificate"},
      {good + '\0', "is not an X.509 certificate"},
      {good.substr(0, good.size() - 1), "is not an X.509 certificate"},
      {std::string(100'000, '0'), "is not an X.509 certificate"},
      {pki.der("no-statement"), "has no qcStatements"},
      {pki.der("no-organization"), "has no organizationIdentifier"},
      {replaced(good, psd2, psd2.substr(0, 7) + '\x03'), "has no PSD2 statement"},
      {replaced(good, role_ai, role_ai.substr(0, 8) + '\x05'), "without a known role"},
      {replaced(good, "PSDGB-FCA-123456", "PSDGB-FCA 123456"), "malformed organizationIdentifier"},
      {replaced(good, "PSDGB-FCA-123456", "PSDGB-FCA\n123456"s),
       "malformed organizationIdentifier"},
      // A length that runs out of its statement, one that is not minimal, another type.
      {replaced(good, "\x0c\x06GB-FCA"s, "\x0c\x07GB-FCA"s), "malformed PSD2 statement"},
      {replaced(good, "\x0c\x06GB-FCA"s, "\x0c\x05GB-FCA"s), "malformed PSD2 statement"},
      {replaced(good, "\x0c\x06GB-FCA"s, "\x13\x06GB-FCA"s), "malformed PSD2 statement"},
      {replaced(good, "\x0c\x06PSP_AI"s, "\x0c\x80PSP_AI"s), "malformed PSD2 statement"},
      // Text that is no UTF-8: of the authority's name, its identifier, a role's name.
      {replaced(good, "Financial", "Financi\xe4l"), "malformed PSD2 statement"},
      {replaced(good, "\x0c\x06GB-FCA"s, "\x0c\x06GB-FC\xc4"s), "malformed PSD2 statement"},
      {replaced(good, "PSP_AI", "PSP_A\xcd"), "malformed PSD2 statement"},
  };
  for (const auto& r : rows) {
    const auto q = read_qwac(r.der);
    BOOST_REQUIRE_MESSAGE(!q, r.says);
    BOOST_TEST((q.error().code == errc::invalid_input));
    BOOST_TEST(q.error().message.find(r.says) != std::string::npos, q.error().message);
  }
}

BOOST_AUTO_TEST_CASE(survives_any_damage) {
  const auto good = test_pki::get().der("all-roles");
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 dice(seed);
  std::size_t read = 0;
  for (int round = 0; round < 5000; ++round) {
    auto der = good;
    for (auto changes = 1 + dice() % 4; changes > 0; --changes) {
      der[dice() % der.size()] = static_cast<char>(dice());
    }
    if (dice() % 4 == 0) der.resize(dice() % der.size());
    const auto q = read_qwac(der);
    if (q) {
      ++read;
      BOOST_REQUIRE_MESSAGE((q->roles != 0 && !q->organization.empty()), "seed " << seed);
    }
  }
  BOOST_TEST(read > 0U);  // damage to the signature alone is not seen here
}

BOOST_AUTO_TEST_CASE(der_lengths_are_minimal_and_stay_inside) {
  struct row {
    std::string bytes;
    bool good;
  };
  const row rows[] = {
      {"\x30\x00"s, true},
      {"\x30\x01x"s, true},
      {"\x30\x81\x80"s + std::string(128, 'x'), true},
      {"\x30\x82\x01\x00"s + std::string(256, 'x'), true},
      {""s, false},
      {"\x30"s, false},
      {"\x30\x01"s, false},
      {"\x30\x80\x00\x00"s, false},                          // indefinite
      {"\x30\x81\x7f"s + std::string(127, 'x'), false},      // not minimal
      {"\x30\x82\x00\xff"s + std::string(255, 'x'), false},  // not minimal
      {"\x30\x84\xff\xff\xff\xff"s, false},                  // beyond the end
      {"\x30\x85\x00\x00\x00\x00\x01x"s, false},             // longer than any
      {"\x30\xff"s + std::string(127, '\xff'), false},
      {"\x3f\x81\x01\x00"s, false},  // a tag of several bytes
      {"\x31\x00"s, false},          // another tag
  };
  for (const auto& r : rows) {
    der_reader reader(r.bytes);
    const auto taken = reader.take(der_tag::sequence);
    BOOST_TEST(taken.has_value() == r.good);
    BOOST_TEST(reader.at_end());
  }
}

BOOST_AUTO_TEST_SUITE_END()
