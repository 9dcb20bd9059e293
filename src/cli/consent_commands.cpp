#include <iostream>
#include <string>
#include <vector>

#include "cli/admin_options.hpp"
#include "cli/commands.hpp"
#include "cli/reply_fields.hpp"
#include "cli/text_table.hpp"

namespace multipass::cli {

namespace {

void describe_list(po::options_description& options) {
  auto add = options.add_options();
  add("tpp", po::value<std::string>()->value_name("USERNAME"), "only of this TPP");
  add("psu", po::value<std::string>()->value_name("USERNAME"), "only of this PSU");
  add("after", po::value<std::string>()->value_name("ID"), "only greater ids, for paging");
  add("limit", po::value<std::string>()->default_value("100")->value_name("N"),
      "at most, 1 to 1000");
  describe_admin_options(options);
}

std::string list_target(const po::variables_map& given) {
  std::string target = "/admin/consents";
  for (const char* name : {"tpp", "psu", "after", "limit"}) {
    if (!given.contains(name)) continue;
    target += target.find('?') == std::string::npos ? '?' : '&';
    target += std::string(name) + '=' + path_segment(given[name].as<std::string>());
  }
  return target;
}

std::string state_of(const boost::json::object& consent) {
  if (!consent.contains("endedAt")) return "until " + shown(consent, "expiresAt");
  return shown(consent, "reason") + " " + shown(consent, "endedAt");
}

command_outcome list(const po::variables_map& given) {
  const auto client = connect(given);
  if (!client) return client.error();
  const auto body = body_of(client->get(list_target(given)));
  if (!body) return body.error();
  std::vector<std::vector<std::string>> rows{{"ID", "TPP", "PSU", "STATE", "SCOPES", "ACCOUNTS"}};
  for (const auto& item : items(*body, "consents")) {
    const auto& c = item.get_object();
    rows.push_back({shown(c, "id"), shown(c, "tpp"), shown(c, "psu"), state_of(c),
                    shown(c, "scopes"), shown(c, "accounts")});
  }
  print_table(std::cout, rows);
  if (std::to_string(rows.size() - 1) == given["limit"].as<std::string>()) {
    std::cout << "There may be more: --after " << rows.back().front() << '\n';
  }
  return {};
}

command_outcome revoke(const po::variables_map& given) {
  const auto client = connect(given);
  if (!client) return client.error();
  const auto id = path_segment(given[operand_name].as<std::string>());
  const auto body = body_of(client->post("/admin/consents/" + id + "/revoke"));
  if (!body) return body.error();
  std::cout << "Revoked. None of its tokens works any more.\n";
  return {};
}

}  // namespace

command_table consent_commands() {
  return {
      {"consent list", "", "Lists consents.", describe_list, list},
      {"consent revoke", "ID", "Ends a consent and its tokens.", describe_admin_options, revoke},
  };
}

}  // namespace multipass::cli
