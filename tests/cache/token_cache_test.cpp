#include "cache/token_cache.hpp"

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace multipass {
namespace {

timestamp at(std::int64_t seconds) {
  return timestamp{std::chrono::seconds{seconds}};
}

digest numbered(std::uint64_t n) {
  return sha256(std::to_string(n));
}

std::uint64_t word(const digest& d, std::size_t i) {
  std::uint64_t w = 0;
  std::memcpy(&w, d.bytes.data() + 8 * i, sizeof w);
  return w;
}

// A grant that anybody can derive from the digest: a mixture of two inserts is found out.
grant derived_from(const digest& d) {
  grant g;
  g.consent = static_cast<consent_id>((word(d, 1) >> 8) | 1);
  g.tpp = static_cast<tpp_id>((word(d, 2) & 0xFFFFFE) | 1);
  g.scopes = scope_set::from_bits(static_cast<unsigned>(word(d, 3)));
  g.expires_at = at(static_cast<std::int64_t>(word(d, 3) >> 24));
  return g;
}

constexpr int ways = 8;

// Digests whose first word is the same fall into the same set.
digest in_one_set(int n) {
  digest d = sha256("one set");
  d.bytes[8] = static_cast<std::uint8_t>(n);
  d.bytes[31] = static_cast<std::uint8_t>(n);
  return d;
}

std::mt19937_64 seeded() {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  return std::mt19937_64(seed);
}

struct fixture {
  change_clock changes;
  token_cache cache{1024, changes};

  void insert(const digest& d, const grant& g) { cache.insert(d, g, changes.now()); }
};

BOOST_FIXTURE_TEST_SUITE(cache_token_cache, fixture)

BOOST_AUTO_TEST_CASE(returns_what_was_inserted_and_nothing_else) {
  const digest token = numbered(1);
  BOOST_TEST(!cache.find(token).has_value());
  insert(token, derived_from(token));
  BOOST_TEST((cache.find(token) == derived_from(token)));
  BOOST_TEST(!cache.find(numbered(2)).has_value());
}

BOOST_AUTO_TEST_CASE(an_empty_cache_knows_no_digest_of_zeros) {
  BOOST_TEST(!cache.find(digest{}).has_value());
}

BOOST_AUTO_TEST_CASE(every_bit_of_the_digest_counts) {
  const digest token = numbered(1);
  insert(token, derived_from(token));
  for (std::size_t bit = 0; bit < 256; ++bit) {
    digest other = token;
    other.bytes[bit / 8] = static_cast<std::uint8_t>(other.bytes[bit / 8] ^ (1U << (bit % 8)));
    BOOST_TEST_CONTEXT("bit " << bit) {
      BOOST_TEST(!cache.find(other).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(keeps_every_field_at_its_limits) {
  const grant grants[] = {
      {consent_id{1}, tpp_id{1}, scope_set{}, at(0)},
      {consent_id{(std::int64_t{1} << 60) - 1}, tpp_id{(1 << 24) - 1}, scope_set::all(),
       at((std::int64_t{1} << 40) - 1)},
  };
  for (const grant& g : grants) {
    insert(numbered(1), g);
    BOOST_TEST((cache.find(numbered(1)) == g));
  }
}

BOOST_AUTO_TEST_CASE(does_not_keep_what_it_could_not_give_back) {
  const grant good = derived_from(numbered(1));
  struct row {
    const char* what;
    grant g;
  };
  const row rows[] = {
      {"no consent", {consent_id{0}, good.tpp, good.scopes, good.expires_at}},
      {"negative consent", {consent_id{-1}, good.tpp, good.scopes, good.expires_at}},
      {"consent", {consent_id{std::int64_t{1} << 60}, good.tpp, good.scopes, good.expires_at}},
      {"no tpp", {good.consent, tpp_id{0}, good.scopes, good.expires_at}},
      {"tpp", {good.consent, tpp_id{1 << 24}, good.scopes, good.expires_at}},
      {"before 1970", {good.consent, good.tpp, good.scopes, at(-1)}},
      {"expiry", {good.consent, good.tpp, good.scopes, at(std::int64_t{1} << 40)}},
  };
  for (const auto& r : rows) {
    insert(numbered(1), r.g);
    BOOST_TEST_CONTEXT(r.what) {
      BOOST_TEST(!cache.find(numbered(1)).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_later_insert_replaces_the_earlier) {
  insert(numbered(1), derived_from(numbered(1)));
  insert(numbered(1), derived_from(numbered(2)));
  BOOST_TEST((cache.find(numbered(1)) == derived_from(numbered(2))));
  BOOST_TEST(cache.evictions() == 0U);
}

BOOST_AUTO_TEST_CASE(forgets_what_changed_and_takes_it_again_afterwards) {
  const grant g = derived_from(numbered(1));
  const change_set all[] = {{{g.consent}, {}, {}}, {{}, {g.tpp}, {}}};
  for (const change_set& changed : all) {
    insert(numbered(1), g);
    changes.advance(changed);
    BOOST_TEST(!cache.find(numbered(1)).has_value());
    insert(numbered(1), g);
    BOOST_TEST(cache.find(numbered(1)).has_value());
  }
  changes.advance_everything();
  BOOST_TEST(!cache.find(numbered(1)).has_value());
}

BOOST_AUTO_TEST_CASE(a_fill_from_before_a_change_never_shows) {
  const grant g = derived_from(numbered(1));
  const auto before = changes.now();
  changes.advance({{g.consent}, {}, {}});
  cache.insert(numbered(1), g, before);
  BOOST_TEST(!cache.find(numbered(1)).has_value());
}

BOOST_AUTO_TEST_CASE(capacity_is_the_next_power_of_two) {
  for (const auto& [asked, got] : {std::pair{1, 8}, {8, 8}, {9, 16}, {1000, 1024}, {1024, 1024}}) {
    BOOST_TEST(token_cache(static_cast<std::size_t>(asked), changes).capacity() ==
               static_cast<std::size_t>(got));
  }
}

BOOST_AUTO_TEST_CASE(a_full_set_gives_up_one_for_the_newcomer) {
  for (int i = 0; i < ways; ++i) insert(in_one_set(i), derived_from(in_one_set(i)));
  for (int i = 0; i < ways; ++i) BOOST_TEST(cache.find(in_one_set(i)).has_value());
  BOOST_TEST(cache.evictions() == 0U);

  insert(in_one_set(ways), derived_from(in_one_set(ways)));
  BOOST_TEST(cache.find(in_one_set(ways)).has_value());
  int kept = 0;
  for (int i = 0; i < ways; ++i) kept += cache.find(in_one_set(i)) ? 1 : 0;
  BOOST_TEST(kept == ways - 1);
  BOOST_TEST(cache.evictions() == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_no_longer_good_goes_first) {
  for (int i = 0; i < ways; ++i)
    insert(in_one_set(i), derived_from(numbered(static_cast<std::uint64_t>(i))));
  changes.advance({{derived_from(numbered(2)).consent}, {}, {}});
  insert(in_one_set(ways), derived_from(numbered(ways)));
  for (int i = 0; i <= ways; ++i) BOOST_TEST(cache.find(in_one_set(i)).has_value() == (i != 2));
  BOOST_TEST(cache.evictions() == 0U);
}

BOOST_AUTO_TEST_CASE(half_full_it_forgets_next_to_nothing) {
  constexpr std::uint64_t tokens = 32'768;
  token_cache large(2 * tokens, changes);
  for (std::uint64_t i = 0; i < tokens; ++i) {
    large.insert(numbered(i), derived_from(numbered(i)), changes.now());
  }
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i < tokens; ++i) {
    const auto g = large.find(numbered(i));
    if (!g) continue;
    ++found;
    BOOST_REQUIRE((*g == derived_from(numbered(i))));
  }
  BOOST_TEST(found >= tokens * 99 / 100);
  BOOST_TEST(found + large.evictions() == tokens);
}

// Threads insert, find and end whatever they like in a cache of one set, so that they always
// collide. Whatever is found must be derived from the digest it was found by.
BOOST_AUTO_TEST_CASE(under_stress_every_hit_is_true) {
  auto random = seeded();
  token_cache small(ways, changes);
  std::vector<digest> tokens;
  for (int i = 0; i < 3 * ways; ++i) tokens.push_back(numbered(random()));

  std::atomic<std::uint64_t> hits{0}, lies{0};
  const auto work = [&](std::uint64_t seed) {
    std::mt19937_64 dice(seed);
    for (int i = 0; i < 500'000; ++i) {
      const digest& d = tokens[dice() % tokens.size()];
      const auto roll = dice() % 1000;
      if (roll < 400) {
        small.insert(d, derived_from(d), changes.now());
      } else if (roll == 400) {
        changes.advance({{derived_from(d).consent}, {}, {}});
      } else if (const auto g = small.find(d)) {
        hits.fetch_add(1, std::memory_order_relaxed);
        if (!(*g == derived_from(d))) lies.fetch_add(1, std::memory_order_relaxed);
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work, random());
  for (auto& t : threads) t.join();
  BOOST_TEST(lies.load() == 0U);
  BOOST_TEST(hits.load() > 0U);
}

// The adversary: readers validate, filling the cache from a model of the store, while a revoker
// ends one consent after the other. Once a revocation is acknowledged, no validation that begins
// may succeed - however late a reader that had read the store before inserts what it read.
struct revocation_race {
  static constexpr std::uint64_t consents = 2000;

  struct model {                            // of one consent in the store
    std::atomic<bool> revoked{false};       // committed
    std::atomic<bool> acknowledged{false};  // the revoker was told
  };

  explicit revocation_race(std::uint64_t first_number) {
    for (std::uint64_t i = 0; i < consents; ++i) tokens.push_back(numbered(first_number + i));
  }

  static grant grant_of(std::uint64_t n) {
    return {static_cast<consent_id>(n + 1), tpp_id{1}, scope_set::all(), at(4'000'000'000)};
  }

  bool validate(std::uint64_t n, bool dawdle) {
    if (const auto hit = cache.find(tokens[n])) return *hit == grant_of(n);
    const auto stamp = changes.now();
    if (store[n].revoked.load()) return false;
    if (dawdle) std::this_thread::yield();  // let the revocation overtake the fill
    cache.insert(tokens[n], grant_of(n), stamp);
    return true;
  }

  void revoke(std::uint64_t n) {
    store[n].revoked.store(true);  // COMMIT
    changes.advance({{grant_of(n).consent}, {}, {}});
    store[n].acknowledged.store(true);
    revoked_so_far.store(n + 1);
  }

  change_clock changes;
  token_cache cache{1024, changes};
  std::vector<digest> tokens;
  std::vector<model> store{consents};
  std::atomic<std::uint64_t> revoked_so_far{0};
  std::atomic<std::uint64_t> validations{0};
};

BOOST_AUTO_TEST_CASE(no_validation_succeeds_after_the_revocation_was_acknowledged) {
  auto random = seeded();
  revocation_race race(random());
  std::atomic<std::uint64_t> successes_before{0}, successes_after{0};

  const auto read = [&](std::uint64_t seed) {
    std::mt19937_64 dice(seed);
    for (std::uint64_t end = 0; (end = race.revoked_so_far.load()) < race.consents;) {
      // The one that is being revoked, or one of its neighbours before and behind.
      const std::uint64_t which =
          std::clamp<std::uint64_t>(end + dice() % 8, 4, race.consents + 3) - 4;
      const bool acknowledged = race.store[which].acknowledged.load();
      const bool success = race.validate(which, dice() % 4 == 0);
      race.validations.fetch_add(1);
      if (success) (acknowledged ? successes_after : successes_before).fetch_add(1);
    }
  };
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back(read, random());
  for (std::uint64_t n = 0; n < race.consents; ++n) {
    // Some traffic between two revocations.
    while (race.validations.load() < n * 20) std::this_thread::yield();
    race.revoke(n);
  }
  for (auto& r : readers) r.join();
  BOOST_TEST(successes_after.load() == 0U);
  BOOST_TEST(successes_before.load() > 0U);
  for (std::uint64_t n = 0; n < race.consents; ++n) BOOST_REQUIRE(!race.cache.find(race.tokens[n]));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace multipass
