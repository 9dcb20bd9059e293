#include <boost/json/serialize.hpp>
#include <iostream>
#include <optional>
#include <string>

#include "cli/admin_options.hpp"
#include "cli/commands.hpp"
#include "cli/reply_fields.hpp"
#include "multipass/audit.hpp"

namespace multipass::cli {

namespace {

void describe_export(po::options_description& options) {
  auto add = options.add_options();
  add("after", po::value<std::string>()->default_value("0")->value_name("ID"),
      "only greater ids: what follows an earlier export");
  describe_admin_options(options);
}

// One record a line as the admin API gives it, and the head last.
command_outcome export_records(const po::variables_map& given) {
  const auto client = connect(given);
  if (!client) return client.error();
  std::string after = given["after"].as<std::string>();
  while (true) {
    const auto target = "/admin/audit?limit=1000&after=" + path_segment(after);
    const auto body = body_of(client->get(target));
    if (!body) return body.error();
    for (const auto& record : items(*body, "records")) {
      std::cout << boost::json::serialize(record) << '\n';
      after = shown(record.get_object(), "id");
    }
    if (const std::string head = shown(*body, "head"); !head.empty()) {
      std::cout << boost::json::serialize(boost::json::object{{"head", head}}) << std::endl;
      if (std::cout) return {};
      return fail(errc::unavailable, "standard output cannot be written");
    }
    if (items(*body, "records").empty()) {
      return fail(errc::not_found, "There is no record " + after + " to go on from");
    }
  }
}

void describe_verify(po::options_description& options) {
  auto add = options.add_options();
  add("database", po::value<std::string>()->required()->value_name("PATH"),
      "the database, or a copy of it; its server may be running");
  add("key-file", po::value<std::string>()->value_name("PATH"),
      "the server's key, <database>.key unless given");
  add("head", po::value<std::string>()->value_name("ID:HASH"),
      "the last line of an earlier export: must still be in the chain");
}

command_outcome verify(const po::variables_map& given) {
  const std::string& database = given["database"].as<std::string>();
  const std::string key_file =
      given.contains("key-file") ? given["key-file"].as<std::string>() : database + ".key";
  std::optional<audit_head> kept;
  if (given.contains("head")) {
    const auto head = parse_audit_head(given["head"].as<std::string>());
    if (!head) return fail(errc::bad_configuration, "--head: " + head.error().message);
    kept = *head;
  }
  const auto head = verify_audit(database, key_file, kept);
  if (!head) return head.error();
  std::cout << "Good: " << head->id << " records, none altered, inserted or missing.\n"
            << "head " << to_string(*head) << '\n';
  return {};
}

}  // namespace

command_table audit_commands() {
  return {
      {"audit export", "", "Prints the audit as JSON lines, and its head last.", describe_export,
       export_records},
      {"audit verify", "", "Checks a database's audit; names the first record that is wrong.",
       describe_verify, verify},
  };
}

}  // namespace multipass::cli
