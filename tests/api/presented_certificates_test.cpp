// Whose word is taken for a certificate, and for how long.
#include "api/presented_certificates.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "support/manual_clock.hpp"
#include "support/test_pki.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

struct fixture {
  const test_pki& pki = test_pki::get();
  server_key key{std::string(32, 'k')};
  manual_clock wall;
  temp_folder folder;
  std::string bundle = folder.file("ca.pem");
  networks networks_in_front = parse_networks("10.0.0.0/8").value();
  presented_certificates subject{bundle, key, wall, 1};

  fixture() { trust("ca"); }

  void trust(const std::string& authority) {
    std::filesystem::copy_file(pki.file(authority), bundle,
                               std::filesystem::copy_options::overwrite_existing);
    auto read = subject.read();
    BOOST_REQUIRE_MESSAGE(read, read.error().message);
    subject.use(std::move(*read));
  }

  // The value of the header line.
  std::string field(const std::string& name) const {
    const auto line = pki.header(name);
    return line.substr(13, line.size() - 15);
  }
  peer from(const char* address, const std::string& own = {}) const {
    peer p{.address = boost::asio::ip::make_address(address)};
    p.trusted = networks_in_front.contains(p.address);
    if (!own.empty()) {
      p.certificate = std::make_shared<const client_certificate>(
          client_certificate{pki.der(own), pki.thumbprint(own)});
    }
    return p;
  }
  result<shown_certificate> show(const peer& p, const std::string& stated, int count = 1) {
    request in;
    in.client_cert = stated;
    in.client_cert_count = static_cast<std::uint8_t>(count);
    std::string buffer;
    answer out({.buffer = &buffer, .date = {}, .request_id = {}});
    return subject.of({in, p, out, 0, {}});
  }
  bool shows(const peer& p, const std::string& stated, const std::string& expected) {
    const auto shown = show(p, stated, stated.empty() ? 0 : 1);
    BOOST_REQUIRE_MESSAGE(shown, shown.error().message);
    if (*shown == nullptr) return expected.empty();
    return !expected.empty() && (*shown)->thumbprint == pki.thumbprint(expected);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(api_presented_certificates, fixture)

BOOST_AUTO_TEST_CASE(a_trusted_proxy_speaks_for_its_peers_and_nobody_else_does) {
  const auto proxy = from("10.1.2.3", "good");
  const auto stranger = from("192.0.2.1");
  const auto connected = from("192.0.2.1", "renewed");
  BOOST_TEST(shows(proxy, field("all-roles"), "all-roles"));
  BOOST_TEST(shows(proxy, "", ""));  // its own certificate is not its peer's
  BOOST_TEST(shows(stranger, field("good"), ""));
  BOOST_TEST(shows(stranger, "rubbish", ""));
  BOOST_TEST(shows(stranger, "", ""));
  BOOST_TEST(shows(connected, field("good"), "renewed"));
  BOOST_TEST(shows(connected, "", "renewed"));
  BOOST_TEST(shows(from("::ffff:10.1.2.3"), field("good"), "good"));
}

BOOST_AUTO_TEST_CASE(what_a_trusted_proxy_states_must_be_one_certificate) {
  const auto proxy = from("10.1.2.3");
  for (const auto& [stated, count] : std::initializer_list<std::pair<std::string, int>>{
           {field("good"), 2}, {"", 2}, {"rubbish", 1}, {":AAAA:", 1}}) {
    const auto shown = show(proxy, stated, count);
    BOOST_REQUIRE(!shown);
    BOOST_TEST((shown.error().code == errc::invalid_input));
  }
  BOOST_TEST((show(proxy, "", 1).value() == nullptr));  // "there is none", as some write it
}

BOOST_AUTO_TEST_CASE(reads_who_it_is) {
  const auto good = show(from("10.0.0.1"), field("good")).value();
  BOOST_TEST(good->organization == "PSDGB-FCA-123456");
  BOOST_TEST(good->account_information);
  BOOST_TEST((good->mask == key.mask_of(pki.thumbprint("good"))));
  BOOST_TEST((good->mask != key.mask_of(pki.thumbprint("renewed"))));
  BOOST_TEST(!show(from("10.0.0.1"), field("wrong-role")).value()->account_information);
  const auto plain = show(from("10.0.0.1"), field("no-statement")).value();
  BOOST_TEST(plain->organization.empty());
  BOOST_TEST(plain->shortcoming.find("qcStatements") != std::string::npos);
  BOOST_TEST((show(from("10.0.0.1"), field("good")).value() == good));  // not read again
}

BOOST_AUTO_TEST_CASE(time_is_looked_at_each_time) {
  const auto proxy = from("10.0.0.1");
  const auto connected = from("192.0.2.1", "good");
  BOOST_TEST(show(proxy, field("good")).has_value());
  BOOST_TEST(show(connected, "", 0).has_value());
  wall.advance(std::chrono::seconds{724'608'000});  // 2050-01-01, one second too late
  for (const auto& late : {show(proxy, field("good")), show(connected, "", 0)}) {
    BOOST_REQUIRE(!late);
    BOOST_TEST((late.error().code == errc::unauthorized));
    BOOST_TEST(late.error().message.find("expired") != std::string::npos);
  }
  wall.advance(std::chrono::seconds{-1});
  BOOST_TEST(show(proxy, field("good")).has_value());
}

BOOST_AUTO_TEST_CASE(reloading_changes_who_is_trusted) {
  const auto proxy = from("10.0.0.1");
  BOOST_TEST(show(proxy, field("good")).has_value());
  BOOST_TEST(!show(proxy, field("wrong-ca")));
  trust("other-ca");
  BOOST_TEST(!show(proxy, field("good")));
  BOOST_TEST(show(proxy, field("wrong-ca")).has_value());
  std::filesystem::remove(bundle);
  const auto failed = subject.read();
  BOOST_REQUIRE(!failed);
  BOOST_TEST((failed.error().code == errc::bad_configuration));
  BOOST_TEST(failed.error().message.find("tls-client-ca") != std::string::npos);
  BOOST_TEST(show(proxy, field("wrong-ca")).has_value());  // the old ones stay
}

BOOST_AUTO_TEST_SUITE_END()
