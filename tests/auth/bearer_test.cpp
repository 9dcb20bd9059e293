#include "auth/bearer.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace multipass;

BOOST_AUTO_TEST_SUITE(auth_bearer)

constexpr std::string_view token = "gbOyNBXkxceJDGBsz9onYsXK5";

BOOST_AUTO_TEST_CASE(the_token_is_found_behind_the_scheme_in_any_case) {
  for (const auto* scheme : {"Bearer ", "bearer ", "BEARER ", "bEaReR ", "Bearer    "}) {
    const auto header = scheme + std::string(token);
    const auto read = parse_bearer(header);
    BOOST_TEST((read.problem == verdict::granted), header);
    BOOST_TEST(read.token == token);
  }
}

BOOST_AUTO_TEST_CASE(everything_else_is_missing_or_malformed) {
  struct row {
    std::string header;
    verdict problem;
  };
  const std::string t(token);
  const std::vector<row> rows{
      {"", verdict::missing},
      {" ", verdict::missing},
      {"Basic dXNlcjpwdw==", verdict::missing},
      {"Bearers " + t, verdict::missing},
      {"Bear " + t, verdict::missing},
      {t, verdict::missing},
      {"Bearer" + t, verdict::missing},
      {"Bearer\t" + t, verdict::missing},
      {" Bearer " + t, verdict::missing},
      {"Bearer", verdict::malformed},
      {"Bearer ", verdict::malformed},
      {"Bearer    ", verdict::malformed},
      {"Bearer " + t.substr(1), verdict::malformed},
      {"Bearer " + t + "a", verdict::malformed},
      {"Bearer " + t + " ", verdict::malformed},
      {"Bearer " + t + " " + t, verdict::malformed},
      {"Bearer " + t + ",", verdict::malformed},
      {"Bearer \t" + t.substr(1), verdict::malformed},
      {"Bearer " + t.substr(1) + "-", verdict::malformed},
      {"Bearer " + t.substr(1) + "=", verdict::malformed},
      {"Bearer " + t.substr(2) + "\xC3\xA9", verdict::malformed},
      {"Bearer " + t.substr(1) + std::string(1, '\0'), verdict::malformed},
      {"Bearer \"" + t.substr(2) + "\"", verdict::malformed},
      {"Bearer " + std::string(8000, 'a'), verdict::malformed},
  };
  for (const auto& [header, problem] : rows) {
    BOOST_TEST((parse_bearer(header).problem == problem), header);
    BOOST_TEST(parse_bearer(header).token.empty(), header);
  }
}

BOOST_AUTO_TEST_SUITE_END()
