#include "admin/account_import_file.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace multipass;

BOOST_AUTO_TEST_SUITE(admin_account_import_file)

const std::string header = "id,psu,name,iban,currency,additional_data,balances\n";

// The parts of an account in JSON; each test replaces one.
struct json_parts {
  std::string id = "47669570047";
  std::string psu = R"("john")";
  std::string currency = R"("EUR")";
  std::string balances = R"([{"currency":"EUR","available":"30.40"}])";
  std::string rest = R"("additional_data":[])";

  std::string text() const {
    return R"({"id":)" + id + R"(,"psu":)" + psu +
           R"(,"name":"John Doe","iban":"GB01TCCL","currency":)" + currency + R"(,"balances":)" +
           balances + "," + rest + "}";
  }
};

std::string file_of(const std::string& accounts) {
  return R"({"accounts":[)" + accounts + "]}";
}

std::string error_of(const result<std::vector<import_row>>& rows, std::size_t index) {
  if (!rows) return "whole file: " + rows.error().message;
  if (index >= rows->size()) return "no such row";
  const auto& account = (*rows)[index].account;
  return account ? "" : account.error().message;
}

void check_sample(const account_import& a) {
  BOOST_TEST(static_cast<std::int64_t>(a.value.id) == 47669570047);
  BOOST_TEST(a.psu == "john");
  BOOST_TEST(a.value.name == "Doe, John \"Jo\"");
  BOOST_TEST(a.value.iban == "GB01TCCL82495709311980");
  BOOST_TEST(a.value.currency == "EUR");
  BOOST_TEST(a.value.additional_data == R"([{"limit":30.40}])");
  BOOST_TEST((a.balances == std::vector<money>{{"EUR", 3040}, {"GBP", 42074}}));
}

BOOST_AUTO_TEST_CASE(both_forms_say_the_same) {
  const auto json = parse_account_json(R"({"accounts":[{"id":47669570047,"psu":"john",
      "name":"Doe, John \"Jo\"","iban":"GB01TCCL82495709311980","currency":"EUR",
      "additional_data":[ {"limit": 30.40} ],
      "balances":[{"currency":"EUR","available":"30.40"},
                  {"currency":"GBP","available":"420.74"}]}]})");
  const auto csv = parse_account_csv(
      "\xEF\xBB\xBF"
      "id,psu,name,iban,currency,additional_data,balances\r\n"
      "47669570047,john,\"Doe, John \"\"Jo\"\"\",GB01TCCL82495709311980,EUR,"
      "\"[{\"\"limit\"\": 30.40}]\",EUR 30.40; GBP 420.74\r\n");
  for (const auto* rows : {&json, &csv}) {
    BOOST_TEST_REQUIRE(rows->has_value());
    BOOST_TEST_REQUIRE((*rows)->size() == 1U);
    BOOST_TEST((**rows)[0].number == 1U);
    BOOST_TEST_REQUIRE((**rows)[0].account.has_value());
    check_sample(*(**rows)[0].account);
  }
}

BOOST_AUTO_TEST_CASE(additional_data_and_balances_may_be_left_out) {
  const auto json = parse_account_json(
      file_of(R"({"id":1,"psu":"john","name":"J","iban":"X","currency":"JPY"})"));
  const auto csv = parse_account_csv(header + "1,john,J,X,JPY,,");
  for (const auto* rows : {&json, &csv}) {
    BOOST_TEST_REQUIRE(error_of(*rows, 0) == "");
    BOOST_TEST((**rows)[0].account->value.additional_data == "[]");
    BOOST_TEST((**rows)[0].account->balances.empty());
  }
}

BOOST_AUTO_TEST_CASE(amounts_have_the_digits_of_their_currency) {
  const auto rows = parse_account_csv(header + "1,john,J,X,EUR,,JPY 1500; KWD 12.345;EUR -0.05;\n");
  BOOST_TEST_REQUIRE(error_of(rows, 0) == "");
  BOOST_TEST(((*rows)[0].account->balances ==
              std::vector<money>{{"JPY", 1500}, {"KWD", 12345}, {"EUR", -5}}));
}

BOOST_AUTO_TEST_CASE(json_rows_say_what_is_wrong) {
  struct wrong {
    json_parts parts;
    std::string message;  // the error begins with it
  };
  const std::vector<wrong> cases{
      {{.id = "0"}, "id must be a positive"},
      {{.id = "-1"}, "id must be a positive"},
      {{.id = "1.5"}, "Member \"id\" must be a whole number"},
      {{.id = R"("1")"}, "Member \"id\" must be a whole number"},
      {{.id = "9223372036854775808"}, "Member \"id\" must be a whole number"},
      {{.psu = R"("jo hn")"}, "psu: "},
      {{.currency = R"("EURO")"}, "currency \"EURO\" is not"},
      {{.balances = R"([{"currency":"EUR","available":30.40}])"},
       "Member \"balances[0].available\" must be a string such as \"30.40\", never a JSON number"},
      {{.balances = R"([{"currency":"EUR","available":"30.4"}])"}, "balances: "},
      {{.balances = R"([{"currency":"EUR","available":"3.04E1"}])"}, "balances: "},
      {{.balances = R"([{"currency":"XXY","available":"1"}])"}, "balances: currency \"XXY\""},
      {{.balances = R"([{"available":"1"}])"}, "Member \"balances[0].currency\" is missing"},
      {{.balances = R"([{"currency":"EUR","available":"1","x":1}])"},
       "Member \"balances[0].x\" is unknown"},
      {{.balances = R"([{"currency":"EUR","available":"1"},{"currency":"EUR","available":"2"}])"},
       "balances hold EUR twice"},
      {{.balances = "{}"}, "Member \"balances\" must be an array"},
      {{.rest = R"("additional_data":"[]")"}, "additional_data must be a JSON array or object"},
      {{.rest = R"("colour":"red")"}, "Member \"colour\" is unknown"},
  };
  for (const wrong& c : cases) {
    const auto rows = parse_account_json(file_of(c.parts.text()));
    BOOST_TEST(error_of(rows, 0).starts_with(c.message), c.parts.text()
                                                             << " -> " << error_of(rows, 0));
  }
  BOOST_TEST(error_of(parse_account_json(file_of("7")), 0) == "An account must be a JSON object");
}

BOOST_AUTO_TEST_CASE(csv_rows_say_what_is_wrong) {
  struct wrong {
    std::string row;
    std::string message;
  };
  const std::vector<wrong> cases{
      {"1,john,J,X,EUR,", "The row has 6 fields, expected 7"},
      {"1,john,J,X,EUR,,,", "The row has 8 fields, expected 7"},
      {"", "The row has 1 fields, expected 7"},
      {"1x,john,J,X,EUR,,", "id must be a positive"},
      {"0,john,J,X,EUR,,", "id must be a positive"},
      {"1,,J,X,EUR,,", "psu: "},
      {"1,john,,X,EUR,,", "name must have 1 to 200 bytes"},
      {"1,john,\"a\nb\",X,EUR,,", "name must not hold control characters"},
      {"1,john,J,X,eur,,", "currency \"eur\""},
      {"1,john,J,X,EUR,{,", "additional_data: Not JSON"},
      {"1,john,J,X,EUR,7,", "additional_data must be a JSON array or object"},
      {"1,john,J,X,EUR,,30.40", "balances must be written \"EUR 30.40; GBP 420.74\""},
      {"1,john,J,X,EUR,,EUR 30.4", "balances: "},
      {"1,john,J,X,EUR,,EUR 1; EUR 2", "balances hold EUR twice"},
      {"1,john,J\"D,X,EUR,,", "A quotation mark inside a field"},
      {"1,john,\"J\"D,X,EUR,,", "Text behind a closing quotation mark"},
      {"1,john,\"J,X,EUR,,", "A quotation mark is not closed"},
  };
  for (const wrong& c : cases) {
    const auto rows = parse_account_csv(header + c.row + "\n");
    BOOST_TEST(error_of(rows, 0).starts_with(c.message), c.row << " -> " << error_of(rows, 0));
  }
}

BOOST_AUTO_TEST_CASE(every_bad_row_is_found) {
  const auto rows = parse_account_csv(header +
                                      "1,john,A,X,EUR,,\n"
                                      "2,john,B\"B,X,EUR,,\n"
                                      "3,john,C,X,EUR,,\n"
                                      "1,jane,D,X,EUR,,\n"
                                      "x,john,E,X,EUR,,\n");
  BOOST_TEST_REQUIRE(rows.has_value());
  BOOST_TEST(rows->size() == 5U);
  BOOST_TEST(error_of(rows, 0) == "");
  BOOST_TEST(error_of(rows, 1) != "");
  BOOST_TEST(error_of(rows, 2) == "");
  BOOST_TEST(error_of(rows, 3) == "id 1 is already in row 1");
  BOOST_TEST(error_of(rows, 4) != "");
  BOOST_TEST((*rows)[4].number == 5U);
}

BOOST_AUTO_TEST_CASE(some_files_are_refused_whole) {
  BOOST_TEST(parse_account_csv("").has_error());
  BOOST_TEST(parse_account_csv("id,name\n1,John\n").has_error());
  BOOST_TEST(parse_account_csv(header + "1,john,\xFF,X,EUR,,\n").has_error());
  BOOST_TEST(parse_account_json("[]").has_error());
  BOOST_TEST(parse_account_json("{}").has_error());
  BOOST_TEST(parse_account_json(R"({"accounts":[{"id":1,"id":1}]})").has_error());
  BOOST_TEST(parse_account_json(file_of("") + "]").has_error());
}

BOOST_AUTO_TEST_SUITE_END()
