#include "load/token_picker.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

using namespace multipass::load;

namespace {

// The exact share of a rank.
double zipf_share(std::size_t n, double theta, std::size_t rank) {
  double sum = 0;
  for (std::size_t k = 1; k <= n; ++k) sum += std::pow(static_cast<double>(k), -theta);
  return std::pow(static_cast<double>(rank), -theta) / sum;
}

std::shared_ptr<const std::vector<std::uint32_t>> places(std::size_t n, std::uint64_t seed) {
  return std::make_shared<const std::vector<std::uint32_t>>(random_permutation(n, seed));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(load_token_picker)

BOOST_AUTO_TEST_CASE(zipf_has_exactly_the_shares_it_should) {
  constexpr std::size_t n = 200;
  constexpr int draws = 1'000'000;
  for (const double theta : {0.5, 0.99, 1.0, 1.5}) {
    const zipf z(n, theta);
    random_source random(3);
    std::vector<double> seen(n + 1);
    for (int i = 0; i < draws; ++i) seen.at(z.rank(random)) += 1;
    BOOST_TEST(seen[0] == 0);
    // Pearson's statistic has n - 1 degrees of freedom: mean 199, standard deviation 20.
    double statistic = 0;
    for (std::size_t k = 1; k <= n; ++k) {
      const double expected = draws * zipf_share(n, theta, k);
      statistic += (seen[k] - expected) * (seen[k] - expected) / expected;
    }
    BOOST_TEST(statistic < 199 + 5 * 20, theta);
  }
}

BOOST_AUTO_TEST_CASE(zipf_over_millions) {
  constexpr std::size_t n = 5'000'000;
  constexpr double draws = 1'000'000;
  const zipf z(n, 0.99);
  random_source random(4);
  double first = 0, first_hundred = 0, upper_half = 0;
  std::size_t largest = 0;
  for (int i = 0; i < draws; ++i) {
    const auto rank = z.rank(random);
    first += rank == 1 ? 1 : 0;
    first_hundred += rank <= 100 ? 1 : 0;
    upper_half += rank > n / 2 ? 1 : 0;
    largest = std::max(largest, rank);
  }
  double all = 0, hundred = 0, half = 0;
  for (std::size_t k = 1; k <= n; ++k) {
    const double weight = std::pow(static_cast<double>(k), -0.99);
    all += weight;
    hundred += k <= 100 ? weight : 0;
    half += k > n / 2 ? weight : 0;
  }
  // Five standard errors of a share p of a million draws are at most 0.0025.
  BOOST_TEST(std::abs(first / draws - 1 / all) < 0.0013);
  BOOST_TEST(std::abs(first_hundred / draws - hundred / all) < 0.0025);
  BOOST_TEST(std::abs(upper_half / draws - half / all) < 0.0013);
  BOOST_TEST(largest <= n);
}

BOOST_AUTO_TEST_CASE(zipf_of_one_is_one) {
  const zipf z(1, 0.99);
  random_source random(5);
  for (int i = 0; i < 1000; ++i) BOOST_TEST_REQUIRE(z.rank(random) == 1U);
}

BOOST_AUTO_TEST_CASE(permutation_holds_each_once_and_depends_on_the_seed) {
  auto p = random_permutation(10'000, 1);
  BOOST_TEST(p == random_permutation(10'000, 1));
  BOOST_TEST(p != random_permutation(10'000, 2));
  std::size_t in_place = 0;
  for (std::size_t i = 0; i < p.size(); ++i) in_place += p[i] == i ? 1 : 0;
  BOOST_TEST(in_place < 10U);  // one is expected
  std::ranges::sort(p);
  for (std::size_t i = 0; i < p.size(); ++i) BOOST_TEST_REQUIRE(p[i] == i);
}

BOOST_AUTO_TEST_CASE(the_hottest_token_is_where_the_permutation_puts_it) {
  constexpr std::size_t n = 1000;
  const auto where = places(n, 9);
  token_picker picker(pick_order::zipf, 0.99, n, 0, 1, where);
  random_source random(6);
  std::vector<int> seen(n);
  for (int i = 0; i < 100'000; ++i) ++seen.at(*picker.next(random));
  const auto hottest = std::ranges::max_element(seen) - seen.begin();
  BOOST_TEST(static_cast<std::uint32_t>(hottest) == where->front());
}

BOOST_AUTO_TEST_CASE(uniform_reaches_all_alike) {
  token_picker picker(pick_order::uniform, 0.99, 100, 0, 1, nullptr);
  random_source random(7);
  std::vector<double> seen(100);
  for (int i = 0; i < 100'000; ++i) seen.at(*picker.next(random)) += 1;
  double statistic = 0;
  for (const double count : seen) statistic += (count - 1000) * (count - 1000) / 1000;
  BOOST_TEST(statistic < 99 + 5 * 14);
}

BOOST_AUTO_TEST_CASE(sequential_goes_round_and_workers_share_it) {
  random_source random(8);
  token_picker even(pick_order::sequential, 0.99, 6, 0, 2, nullptr);
  token_picker odd(pick_order::sequential, 0.99, 6, 1, 2, nullptr);
  std::vector<std::size_t> seen;
  for (int i = 0; i < 4; ++i) {
    seen.push_back(*even.next(random));
    seen.push_back(*odd.next(random));
  }
  BOOST_TEST(seen == (std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 0, 1}));
}

BOOST_AUTO_TEST_CASE(once_comes_to_an_end_without_giving_any_twice) {
  random_source random(9);
  std::vector<std::size_t> seen;
  for (unsigned part = 0; part < 3; ++part) {
    token_picker picker(pick_order::once, 0.99, 8, part, 3, nullptr);
    while (const auto at = picker.next(random)) seen.push_back(*at);
    BOOST_TEST(!picker.next(random));
  }
  std::ranges::sort(seen);
  BOOST_TEST(seen == (std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7}));
}

BOOST_AUTO_TEST_CASE(an_empty_list_gives_nothing) {
  random_source random(10);
  for (const auto order : {pick_order::uniform, pick_order::sequential, pick_order::once}) {
    token_picker picker(order, 0.99, 0, 0, 1, nullptr);
    BOOST_TEST(!picker.next(random));
  }
}

BOOST_AUTO_TEST_SUITE_END()
