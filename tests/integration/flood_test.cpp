// What floods, does not reach SQLite: guesses at tokens, and the one dead token over and over.
#include <boost/test/unit_test.hpp>
#include <random>

#include "support/database_view.hpp"
#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

// The gateway's own reads, at its start and now and then: whether events wait for a webhook.
constexpr int own_reads = 3;

const std::string reads = R"(multipass_store_jobs_total{kind="read"})";

struct fixture : sandbox_gateway {
  // How many store reads `count` requests make, all refused; over one connection per event loop.
  template <class make_token>
  long long reads_of(int count, make_token make) {
    const auto before = metric(reads);
    http_client first(address()), second(address());
    for (int i = 0; i < count; ++i) {
      auto& client = i % 2 == 0 ? first : second;
      BOOST_TEST(client.post("/api/tpp/accounts", bearer_line(make())).status == 401U);
    }
    return metric(reads) - before;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_flood, fixture)

BOOST_AUTO_TEST_CASE(random_tokens) {
  const unsigned seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  constexpr std::string_view alphabet =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::uniform_int_distribution<std::size_t> pick(0, alphabet.size() - 1);
  const auto guess = [&] {
    std::string token(25, ' ');
    for (char& c : token) c = alphabet[pick(random)];
    return token;
  };
  const auto forged = R"(multipass_token_lookups_total{outcome="forged"})";
  BOOST_TEST(reads_of(500, guess) <= own_reads);
  BOOST_TEST(metric(forged) == 500);
}

BOOST_AUTO_TEST_CASE(tokens_that_differ_from_a_good_one_in_one_character) {
  const auto good = token();
  std::size_t at = 0;
  const auto guess = [&] {
    auto t = good;
    t[at % t.size()] = t[at % t.size()] == 'a' ? 'b' : 'a';
    ++at;
    return t;
  };
  BOOST_TEST(reads_of(25, guess) <= own_reads);
}

BOOST_AUTO_TEST_CASE(a_revoked_token) {
  const auto t = token();
  read_accounts(t);
  revoke(t);
  BOOST_TEST(reads_of(50, [&] { return t; }) <= 1 + own_reads);
  BOOST_TEST(reads_of(50, [&] { return t; }) <= own_reads);
}

// Its row goes with the next purge; that it is dead stays known.
BOOST_AUTO_TEST_CASE(a_token_that_was_purged) {
  const auto t = token();
  revoke(t);
  database_view(database(), database_view::access::read_write).run("DELETE FROM access_token");
  stop();
  start();
  BOOST_TEST(reads_of(50, [&] { return t; }) <= 1 + own_reads);
}

BOOST_AUTO_TEST_CASE(an_expired_token) {
  const auto t = token();
  read_accounts(t);
  clock().advance(180 * 24h);
  BOOST_TEST(reads_of(50, [&] { return t; }) <= own_reads);
  stop();
  start();
  BOOST_TEST(reads_of(50, [&] { return t; }) <= 1 + own_reads);
}

BOOST_AUTO_TEST_CASE(a_blocked_tpps_token) {
  const auto t = token();
  admin_post("/admin/tpps/username/block");
  BOOST_TEST(reads_of(50, [&] { return t; }) <= 1 + own_reads);
}

// Guesses at codes and revocations of guesses may read, but do not reach the one writer.
BOOST_AUTO_TEST_CASE(guesses_do_not_write) {
  const auto writes = R"(multipass_store_jobs_total{kind="write"})";
  const auto h = authorize();
  const auto before = metric(writes);
  for (int i = 0; i < 20; ++i) {
    BOOST_TEST(present_code("wrong" + std::to_string(i), h.client_id).status == 404U);
    BOOST_TEST(revoke("gbOyNBXkxceJDGBsz9onYsXK" + std::to_string(i % 10)).status == 400U);
  }
  BOOST_TEST(metric(writes) == before);
}

BOOST_AUTO_TEST_SUITE_END()
