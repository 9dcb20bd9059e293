#include <iostream>
#include <string>
#include <vector>

#include "cli/admin_options.hpp"
#include "cli/commands.hpp"
#include "cli/reply_fields.hpp"
#include "cli/text_table.hpp"

namespace multipass::cli {

namespace {

void describe_add(po::options_description& options) {
  auto add = options.add_options();
  add("name", po::value<std::string>()->required()->value_name("NAME"), "shown to PSUs");
  add("redirect-uri", po::value<std::vector<std::string>>()->required()->value_name("URI"),
      "where PSUs return to; may be given several times");
  add("scopes",
      po::value<std::string>()
          ->default_value("account.list account.details account.balance")
          ->value_name("LIST"),
      "what the TPP may ask for");
  add("organization", po::value<std::string>()->default_value("")->value_name("ID"),
      "needs a client certificate that bears this identifier, such as PSDGB-FCA-123456");
  add("requires-pkce", po::bool_switch(), "authorize must bring code_challenge (S256)");
  add("requires-secret", po::bool_switch(), "the token endpoint must bring the secret");
  describe_admin_options(options);
}

void print_secret(const boost::json::object& body) {
  std::cout << "secret: " << shown(body, "secret") << '\n'
            << "It is shown this once; the server keeps only a keyed hash.\n";
}

command_outcome add(const po::variables_map& given) {
  const auto client = connect(given);
  if (!client) return client.error();
  const auto& uris = given["redirect-uri"].as<std::vector<std::string>>();
  const boost::json::object asked{{"username", given[operand_name].as<std::string>()},
                                  {"name", given["name"].as<std::string>()},
                                  {"redirect_uris", boost::json::array(uris.begin(), uris.end())},
                                  {"scopes", given["scopes"].as<std::string>()},
                                  {"requires_pkce", given["requires-pkce"].as<bool>()},
                                  {"requires_secret", given["requires-secret"].as<bool>()},
                                  {"organization", given["organization"].as<std::string>()}};
  const auto body = body_of(client->post("/admin/tpps", asked));
  if (!body) return body.error();
  std::cout << "TPP " << shown(*body, "username") << " added.\n";
  print_secret(*body);
  return {};
}

command_outcome list(const po::variables_map& given) {
  const auto client = connect(given);
  if (!client) return client.error();
  const auto body = body_of(client->get("/admin/tpps"));
  if (!body) return body.error();
  std::vector<std::vector<std::string>> rows{
      {"USERNAME", "STATE", "NAME", "SCOPES", "ORGANIZATION", "WEBHOOK"}};
  for (const auto& item : items(*body, "tpps")) {
    const auto& tpp = item.get_object();
    rows.push_back({shown(tpp, "username"), shown(tpp, "blocked") == "true" ? "blocked" : "active",
                    shown(tpp, "name"), shown(tpp, "scopes"), shown(tpp, "organization"),
                    shown(tpp, "webhook")});
  }
  print_table(std::cout, rows);
  return {};
}

result<boost::json::object> act(const po::variables_map& given, const std::string& action) {
  const auto client = connect(given);
  if (!client) return client.error();
  const auto username = path_segment(given[operand_name].as<std::string>());
  return body_of(client->post("/admin/tpps/" + username + "/" + action));
}

command_outcome block(const po::variables_map& given) {
  const auto body = act(given, "block");
  if (!body) return body.error();
  std::cout << "Blocked. None of its tokens works any more.\n";
  return {};
}

command_outcome unblock(const po::variables_map& given) {
  const auto body = act(given, "unblock");
  if (!body) return body.error();
  std::cout << "Unblocked. Tokens that have not ended work again.\n";
  return {};
}

command_outcome rotate_secret(const po::variables_map& given) {
  const auto body = act(given, "rotate-secret");
  if (!body) return body.error();
  std::cout << "The old secret is void.\n";
  print_secret(*body);
  return {};
}

void describe_organization(po::options_description& options) {
  options.add_options()("organization", po::value<std::string>()->required()->value_name("ID"),
                        "organizationIdentifier, such as PSDGB-FCA-123456");
  describe_admin_options(options);
}

command_outcome set_organization(const po::variables_map& given) {
  const auto client = connect(given);
  if (!client) return client.error();
  const auto username = path_segment(given[operand_name].as<std::string>());
  const boost::json::object asked{{"organization", given["organization"].as<std::string>()}};
  const auto body = body_of(client->post("/admin/tpps/" + username + "/organization", asked));
  if (!body) return body.error();
  std::cout << "From now on it needs a client certificate that bears this identifier.\n";
  return {};
}

}  // namespace

command_table tpp_commands() {
  return {
      {"tpp add", "USERNAME", "Registers a TPP and prints its secret.", describe_add, add},
      {"tpp list", "", "Lists the TPPs.", describe_admin_options, list},
      {"tpp block", "USERNAME", "Stops a TPP and all its tokens.", describe_admin_options, block},
      {"tpp unblock", "USERNAME", "Lets a TPP in again.", describe_admin_options, unblock},
      {"tpp rotate-secret", "USERNAME", "Gives a TPP a new secret.", describe_admin_options,
       rotate_secret},
      {"tpp set-organization", "USERNAME", "Lets a TPP in with its PSD2 certificate only.",
       describe_organization, set_organization},
  };
}

}  // namespace multipass::cli
