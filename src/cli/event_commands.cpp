// Commands about what TPPs are told: their webhooks, and the events.
#include <iostream>
#include <string>
#include <vector>

#include "cli/admin_options.hpp"
#include "cli/commands.hpp"
#include "cli/reply_fields.hpp"
#include "cli/text_table.hpp"

namespace multipass::cli {

namespace {

std::string tpp_path(const po::variables_map& given) {
  return "/admin/tpps/" + path_segment(given[operand_name].as<std::string>());
}

void describe_webhook(po::options_description& options) {
  auto add = options.add_options();
  add("url", po::value<std::string>()->required()->value_name("URL"), "where events are sent");
  add("rotate-secret", po::bool_switch(),
      "makes a new secret; the old one signs for a day as well");
  describe_admin_options(options);
}

command_outcome set_webhook(const po::variables_map& given) {
  const auto client = connect(given);
  if (!client) return client.error();
  const boost::json::object asked{{"url", given["url"].as<std::string>()},
                                  {"rotate_secret", given["rotate-secret"].as<bool>()}};
  const auto body = body_of(client->post(tpp_path(given) + "/webhook", asked));
  if (!body) return body.error();
  std::cout << "Events are sent to " << shown(*body, "url") << ".\n";
  if (const auto secret = shown(*body, "secret"); !secret.empty()) {
    std::cout << "secret: " << secret << '\n' << "It is shown this once.\n";
  }
  return {};
}

command_outcome remove_webhook(const po::variables_map& given) {
  const auto client = connect(given);
  if (!client) return client.error();
  const auto body = body_of(client->post(tpp_path(given) + "/webhook/remove"));
  if (!body) return body.error();
  std::cout << "Removed. Events are kept; the TPP may poll.\n";
  return {};
}

void describe_list(po::options_description& options) {
  auto add = options.add_options();
  add("tpp", po::value<std::string>()->value_name("USERNAME"), "only of this TPP");
  add("state", po::value<std::string>()->value_name("STATE"), "kept, pending, delivered or dead");
  add("after", po::value<std::string>()->value_name("ID"), "only behind this event, for paging");
  add("limit", po::value<std::string>()->default_value("100")->value_name("N"),
      "at most, 1 to 1000");
  describe_admin_options(options);
}

std::string list_target(const po::variables_map& given) {
  std::string target = "/admin/events";
  for (const char* name : {"tpp", "state", "after", "limit"}) {
    if (!given.contains(name)) continue;
    target += target.find('?') == std::string::npos ? '?' : '&';
    target += std::string(name) + '=' + path_segment(given[name].as<std::string>());
  }
  return target;
}

command_outcome list(const po::variables_map& given) {
  const auto client = connect(given);
  if (!client) return client.error();
  const auto body = body_of(client->get(list_target(given)));
  if (!body) return body.error();
  std::vector<std::vector<std::string>> rows{
      {"ID", "TYPE", "AT", "CLIENT", "STATE", "ATTEMPTS", "LAST ERROR"}};
  for (const auto& item : items(*body, "events")) {
    const auto& e = item.get_object();
    rows.push_back({shown(e, "id"), shown(e, "type"), shown(e, "timestamp"), shown(e, "clientId"),
                    shown(e, "state"), shown(e, "attempts"), shown(e, "last_error")});
  }
  print_table(std::cout, rows);
  if (std::to_string(rows.size() - 1) == given["limit"].as<std::string>()) {
    std::cout << "There may be more: --after " << rows.back().front() << '\n';
  }
  return {};
}

void describe_replay(po::options_description& options) {
  options.add_options()("number", po::value<std::string>()->value_name("N"),
                        "one event, whatever became of it; all that are dead unless given");
  describe_admin_options(options);
}

command_outcome replay(const po::variables_map& given) {
  const auto client = connect(given);
  if (!client) return client.error();
  std::string target = tpp_path(given) + "/events";
  if (given.contains("number")) target += "/" + path_segment(given["number"].as<std::string>());
  const auto body = body_of(client->post(target + "/replay"));
  if (!body) return body.error();
  std::cout << shown(*body, "replayed") << " to be delivered again.\n";
  return {};
}

}  // namespace

command_table event_commands() {
  return {
      {"tpp set-webhook", "USERNAME", "Sends a TPP its events, and prints the secret at first.",
       describe_webhook, set_webhook},
      {"tpp remove-webhook", "USERNAME", "Sends a TPP no more events; it may poll.",
       describe_admin_options, remove_webhook},
      {"event list", "", "Lists events and what became of them.", describe_list, list},
      {"event replay", "USERNAME", "Delivers a TPP's dead events again.", describe_replay, replay},
  };
}

}  // namespace multipass::cli
