#include <unistd.h>

#include <iostream>
#include <string>
#include <vector>

#include "base/qr_code.hpp"
#include "cli/admin_options.hpp"
#include "cli/commands.hpp"
#include "cli/password_prompt.hpp"
#include "cli/qr_text.hpp"
#include "cli/reply_fields.hpp"
#include "cli/text_table.hpp"

namespace multipass::cli {

namespace {

void describe_add(po::options_description& options) {
  auto add = options.add_options();
  add("name", po::value<std::string>()->required()->value_name("NAME"), "the PSU's name");
  add("password-stdin", po::bool_switch(),
      "read the password from standard input instead of asking for it");
  add("qr", po::bool_switch(),
      "print the second factor as a QR code though standard output is no terminal");
  describe_admin_options(options);
}

// What does not fit into a QR code stands above it as text.
void print_qr(const std::string& text) {
  if (const auto code = qr_code::of(text)) std::cout << qr_text(*code);
}

command_outcome add(const po::variables_map& given) {
  const auto client = connect(given);
  if (!client) return client.error();
  const bool from_stdin = given["password-stdin"].as<bool>();
  const auto password = from_stdin ? read_password_line() : ask_password();
  if (!password) return password.error();
  const boost::json::object asked{{"username", given[operand_name].as<std::string>()},
                                  {"name", given["name"].as<std::string>()},
                                  {"password", *password}};
  const auto body = body_of(client->post("/admin/psus", asked));
  if (!body) return body.error();
  const auto factor = shown(*body, "totp_uri");
  std::cout << "PSU " << shown(*body, "username") << " added.\n"
            << "second factor: " << factor << '\n';
  if (given["qr"].as<bool>() || ::isatty(STDOUT_FILENO) == 1) print_qr(factor);
  std::cout << "It is shown this once; put it into the PSU's authenticator.\n";
  return {};
}

command_outcome list(const po::variables_map& given) {
  const auto client = connect(given);
  if (!client) return client.error();
  const auto body = body_of(client->get("/admin/psus"));
  if (!body) return body.error();
  std::vector<std::vector<std::string>> rows{{"USERNAME", "NAME"}};
  for (const auto& item : items(*body, "psus")) {
    rows.push_back({shown(item.get_object(), "username"), shown(item.get_object(), "name")});
  }
  print_table(std::cout, rows);
  return {};
}

command_outcome enrol(const po::variables_map& given) {
  const auto client = connect(given);
  if (!client) return client.error();
  const auto username = path_segment(given[operand_name].as<std::string>());
  const auto body = body_of(client->post("/admin/psus/" + username + "/enrolment"));
  if (!body) return body.error();
  std::cout << shown(*body, "url") << '\n'
            << "The link works once, for " << shown(*body, "expires_in")
            << " seconds, and ends any earlier one. Whoever opens it needs the PSU's password;\n"
            << "until it is finished, the old second factor stays.\n";
  return {};
}

}  // namespace

command_table psu_commands() {
  return {
      {"psu add", "USERNAME", "Registers a PSU and prints the second factor.", describe_add, add},
      {"psu enrol", "USERNAME", "Prints a link by which the PSU takes a new second factor.",
       describe_admin_options, enrol},
      {"psu list", "", "Lists the PSUs.", describe_admin_options, list},
  };
}

}  // namespace multipass::cli
