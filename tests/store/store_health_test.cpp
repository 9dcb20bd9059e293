#include "store/store_health.hpp"

#include <boost/test/unit_test.hpp>
#include <optional>
#include <vector>

namespace multipass {
namespace {

using namespace std::chrono_literals;

struct fixture {
  std::vector<std::string> told;
  store_health health{[this](bool available, std::string_view reason) {
    told.push_back(available ? "available" : std::string(reason));
  }};
  using words = std::vector<std::string>;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(store_store_health, fixture)

BOOST_AUTO_TEST_CASE(a_failure_is_told_at_once_and_once) {
  BOOST_TEST(health.good());
  health.read_worked();
  health.tell();
  BOOST_TEST(told.empty());
  for (int i = 0; i < 3; ++i) health.write_failed("The disk is full");
  BOOST_TEST(!health.good());
  BOOST_TEST((told == words{"The disk is full"}));
}

BOOST_AUTO_TEST_CASE(available_is_told_when_both_work_again) {
  health.write_failed("The disk is full");
  health.read_failed("The disk fails");
  health.write_worked();
  BOOST_TEST(!health.good());
  health.read_worked();
  BOOST_TEST(health.good());
  health.tell(store_health::clock::now() + 1s);
  BOOST_TEST((told == words{"The disk is full", "available"}));
}

BOOST_AUTO_TEST_CASE(what_comes_and_goes_is_told_once_a_second) {
  for (int i = 0; i < 100; ++i) {
    health.read_failed("A page is damaged");
    health.read_worked();
  }
  BOOST_TEST((told == words{"A page is damaged"}));
  const auto later = store_health::clock::now() + 1s;
  health.tell(later);
  health.tell(later);
  BOOST_TEST((told == words{"A page is damaged", "available"}));
  health.read_failed("Another is");
  health.tell(later + 999ms);
  BOOST_TEST(told.size() == 2U);
  health.tell(later + 1s);
  BOOST_TEST((told == words{"A page is damaged", "available", "Another is"}));
}

BOOST_AUTO_TEST_CASE(nobody_has_to_listen) {
  store_health alone{nullptr};
  alone.read_failed("The disk fails");
  BOOST_TEST(!alone.good());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
