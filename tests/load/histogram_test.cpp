#include "load/histogram.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "load/random_source.hpp"

using namespace multipass::load;

BOOST_AUTO_TEST_SUITE(load_histogram)

BOOST_AUTO_TEST_CASE(buckets_follow_each_other_without_gap_or_overlap) {
  nanos before = -1;
  const auto last = histogram::index_of(histogram::longest);
  for (std::size_t i = 0; i <= last; ++i) {
    const nanos upper = histogram::upper_of(i);
    BOOST_TEST_REQUIRE(upper > before);
    BOOST_TEST_REQUIRE(histogram::index_of(before + 1) == i);
    BOOST_TEST_REQUIRE(histogram::index_of(upper) == i);
    before = upper;
  }
  BOOST_TEST(before >= histogram::longest);
}

BOOST_AUTO_TEST_CASE(error_is_at_most_a_thousandth) {
  random_source random(1);
  for (int i = 0; i < 100'000; ++i) {
    // Spread over all magnitudes, 1 us to 1 h.
    const auto value = static_cast<nanos>(1e3 * std::pow(3.6e9, random.unit()));
    const nanos shown = histogram::upper_of(histogram::index_of(value));
    BOOST_TEST_REQUIRE(shown >= value);
    BOOST_TEST_REQUIRE(static_cast<double>(shown - value) <= 0.001 * static_cast<double>(value));
  }
}

BOOST_AUTO_TEST_CASE(percentiles_are_those_of_the_sorted_values) {
  random_source random(2);
  histogram h;
  std::vector<nanos> values;
  double sum = 0;
  for (int i = 0; i < 9'999; ++i) {
    values.push_back(static_cast<nanos>(random.below(50'000'000)));
    h.record(values.back());
    sum += static_cast<double>(values.back());
  }
  std::ranges::sort(values);
  for (const double percent : {0.0, 1.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
    const auto rank = std::max(1.0, std::ceil(percent / 100 * 9'999));
    const auto exact = static_cast<double>(values[static_cast<std::size_t>(rank) - 1]);
    const auto shown = static_cast<double>(h.percentile(percent));
    BOOST_TEST(shown >= exact, percent);
    BOOST_TEST(shown <= exact * 1.001, percent);
  }
  BOOST_TEST(h.count() == 9'999U);
  BOOST_TEST(h.max() == values.back());
  BOOST_TEST(h.mean() == sum / 9'999, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(percentile_boundaries_are_not_moved_by_rounding) {
  histogram h;
  for (nanos i = 1; i <= 1000; ++i) h.record(i);
  BOOST_TEST(h.percentile(99.9) == 999);
  BOOST_TEST(h.percentile(90) == 900);
  BOOST_TEST(h.percentile(50) == 500);
  BOOST_TEST(h.percentile(100) == 1000);
  BOOST_TEST(h.percentile(0) == 1);
}

BOOST_AUTO_TEST_CASE(values_outside_its_range_count_as_the_nearest_inside) {
  histogram h;
  h.record(-5);
  h.record(histogram::longest + one_second);
  BOOST_TEST(h.count() == 2U);
  BOOST_TEST(h.percentile(0) == 0);
  BOOST_TEST(h.max() == histogram::longest);
}

BOOST_AUTO_TEST_CASE(empty_is_zero) {
  const histogram h;
  BOOST_TEST(h.percentile(99) == 0);
  BOOST_TEST(h.mean() == 0);
  BOOST_TEST(h.max() == 0);
}

BOOST_AUTO_TEST_CASE(adds_and_takes_away) {
  histogram one, two;
  for (nanos i = 0; i < 100; ++i) one.record(i * one_microsecond);
  const histogram earlier = one;
  for (nanos i = 0; i < 10; ++i) one.record(one_second);
  two.record(5);
  two.add(one);
  BOOST_TEST(two.count() == 111U);
  BOOST_TEST(two.max() == one_second);
  one.remove(earlier);
  BOOST_TEST(one.count() == 10U);
  BOOST_TEST(one.mean() == 1e9, boost::test_tools::tolerance(1e-9));
  std::size_t buckets = 0;
  one.for_each([&](nanos upper, std::uint64_t n) {
    ++buckets;
    BOOST_TEST(n == 10U);
    BOOST_TEST(upper >= one_second);
  });
  BOOST_TEST(buckets == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
