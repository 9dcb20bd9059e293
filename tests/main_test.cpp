#define BOOST_TEST_MODULE multipass
#include <boost/test/unit_test.hpp>
