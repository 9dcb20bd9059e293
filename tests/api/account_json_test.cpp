// The account samples of the specification, byte for byte but for white space.
#include "api/account_json.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <string_view>

using namespace multipass;

namespace {

// Only for texts whose strings hold no space but those kept as '_'.
std::string without_space(std::string_view sample) {
  std::string text(sample);
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

account john() {
  return {account_id{47669570047}, "John Doe", "GB01TCCL82495709311980", "EUR", "[]"};
}
account jane() {
  return {account_id{82948889462}, "Jane Doe", "GB77DNNA04135500001698", "EUR", "[]"};
}

// '_' in a key would be lost as well, so it is put back.
std::string sample(std::string_view text) {
  auto plain = without_space(text);
  for (auto at = plain.find("additional data"); at != std::string::npos;
       at = plain.find("additional data")) {
    plain[at + 10] = '_';
  }
  return plain;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_account_json)

BOOST_AUTO_TEST_CASE(get_account_list) {
  BOOST_TEST(account_list_json({john(), jane()}) == sample(R"({
  "accounts": [
    {
      "id": 47669570047,
      "name": "John_Doe",
      "iban": "GB01TCCL82495709311980",
      "currency": "EUR",
      "additional_data": []
    },
    {
      "id": 82948889462,
      "name": "Jane_Doe",
      "iban": "GB77DNNA04135500001698",
      "currency": "EUR",
      "additional_data": []
    }
  ]
})"));
  BOOST_TEST(account_list_json({}) == R"({"accounts":[]})");
}

BOOST_AUTO_TEST_CASE(get_account) {
  BOOST_TEST(account_json(john()) == sample(R"({
  "account":
    {
      "id": 47669570047,
      "name": "John_Doe",
      "iban": "GB01TCCL82495709311980",
      "currency": "EUR",
      "additional_data": []
    }
})"));
}

// The sample leaves out the colon behind "balance"; without it, it would not be JSON.
BOOST_AUTO_TEST_CASE(get_balance) {
  BOOST_TEST(balance_json(john(), {{"EUR", 3040}, {"GBP", 42074}}) == sample(R"({
  "account":
    {
      "id": 47669570047,
      "name": "John_Doe",
      "balance": [
         {
            "currency": "EUR",
            "available": 30.40
         },{
            "currency": "GBP",
            "available": 420.74
         }
      ]
    }
})"));
  BOOST_TEST(balance_json(john(), {}) ==
             R"({"account":{"id":47669570047,"name":"John Doe","balance":[]}})");
}

BOOST_AUTO_TEST_CASE(texts_are_escaped_and_additional_data_is_passed_on) {
  account a = john();
  a.name = "J\"o\\h\nn \xC3\xA9 \xF0\x9F\x92\xB6";
  a.iban = "\x01<>&/";
  a.additional_data = R"({"bic":"DEUTDEFF","tags":[1,2.50]})";
  BOOST_TEST(account_json(a) ==
             "{\"account\":{\"id\":47669570047,\"name\":\"J\\\"o\\\\h\\nn \xC3\xA9 "
             "\xF0\x9F\x92\xB6\",\"iban\":\"\\u0001<>&/\",\"currency\":\"EUR\","
             "\"additional_data\":{\"bic\":\"DEUTDEFF\",\"tags\":[1,2.50]}}}");
  a.name = "broken \xC3 \xC0\xAF text";
  boost::json::error_code ec;
  boost::json::parse(account_json(a), ec);
  BOOST_TEST(!ec.failed());
}

BOOST_AUTO_TEST_SUITE_END()
