#include <boost/test/unit_test.hpp>

#include "multipass/error.hpp"

namespace multipass {
namespace {

BOOST_AUTO_TEST_SUITE(domain_flag)

BOOST_AUTO_TEST_CASE(a_no_stays_a_no_however_it_is_copied) {
  const result<flag> no = false;
  result<flag> from_const_rvalue(std::move(no));
  result<flag> from_lvalue(from_const_rvalue);
  BOOST_TEST_REQUIRE(from_lvalue.has_value());
  BOOST_TEST(!*from_const_rvalue);
  BOOST_TEST(!*from_lvalue);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace multipass
