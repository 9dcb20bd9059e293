#include "crypto/certificate_authorities.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "support/test_pki.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

const timestamp in_2027{std::chrono::seconds{1'800'000'000}};

result<validity> verify(const certificate_authorities& trusted, const std::string& name,
                        timestamp now = in_2027) {
  const auto parsed = parse_x509(test_pki::get().der(name));
  BOOST_REQUIRE(parsed);
  return trusted.verify(**parsed, now);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crypto_certificate_authorities)

BOOST_AUTO_TEST_CASE(lets_in_what_they_issued_while_it_is_valid) {
  const auto& pki = test_pki::get();
  const auto trusted = certificate_authorities::load(pki.file("ca"));
  BOOST_REQUIRE_MESSAGE(trusted, trusted.error().message);
  for (const auto& c : certificate_cases) {
    if (*c.name == '\0') continue;
    const auto verified = verify(*trusted, c.name);
    BOOST_TEST(verified.has_value() == c.verifies, c.name);
    if (!verified) {
      BOOST_TEST((verified.error().code == errc::unauthorized));
      BOOST_TEST(verified.error().message.find(c.says) != std::string::npos,
                 verified.error().message);
    }
  }
  const timestamp in_2020{std::chrono::seconds{1'600'000'000}};
  BOOST_TEST(verify(*trusted, "expired", in_2020).has_value());
  BOOST_TEST(!verify(*trusted, "good", timestamp{std::chrono::seconds{1'500'000'000}}));
}

BOOST_AUTO_TEST_CASE(a_chain_is_good_as_long_as_each_of_it) {
  const auto trusted = certificate_authorities::load(test_pki::get().file("ca"));
  const timestamp in_2020{std::chrono::seconds{1'600'000'000}};
  const auto chain = verify(*trusted, "expired", in_2020);
  BOOST_REQUIRE(chain);
  BOOST_TEST(chain->until.time_since_epoch().count() == 1'609'459'201);  // 2021-01-01, inclusive
}

BOOST_AUTO_TEST_CASE(a_bundle_that_cannot_be_read_is_refused) {
  temp_folder folder;
  std::ofstream(folder.file("empty.pem")) << "nothing here\n";
  for (const auto& path : {folder.file("empty.pem"), folder.file("missing.pem")}) {
    const auto trusted = certificate_authorities::load(path);
    BOOST_REQUIRE(!trusted);
    BOOST_TEST((trusted.error().code == errc::bad_configuration));
    BOOST_TEST(trusted.error().message.find(path) != std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
