#include <iostream>
#include <string>
#include <utility>

#include "cli/admin_options.hpp"
#include "cli/commands.hpp"
#include "cli/reply_fields.hpp"
#include "cli/text_file.hpp"

namespace multipass::cli {

namespace {

result<std::string> media_type_of(const std::string& path) {
  if (path.ends_with(".json")) return "application/json";
  if (path.ends_with(".csv")) return "text/csv";
  return fail(errc::bad_configuration, path + ": expected a name that ends in .json or .csv");
}

command_outcome import_file(const po::variables_map& given) {
  const std::string& path = given[operand_name].as<std::string>();
  const auto type = media_type_of(path);
  if (!type) return type.error();
  auto text = read_text_file(path);
  if (!text) return text.error();
  const auto client = connect(given);
  if (!client) return client.error();
  const auto reply = client->post("/admin/accounts/import", *type, std::move(*text));
  if (reply) {
    for (const auto& item : items(reply->body, "rows")) {
      const auto& row = item.get_object();
      std::cerr << path << ": row " << shown(row, "row") << ": " << shown(row, "message") << '\n';
    }
  }
  const auto body = body_of(reply);
  if (!body) return body.error();
  std::cout << "Imported " << shown(*body, "imported") << " accounts.\n";
  return {};
}

}  // namespace

command_table account_commands() {
  return {{"account import", "FILE", "Adds or replaces accounts from a .json or .csv file.",
           describe_admin_options, import_file}};
}

}  // namespace multipass::cli
