#include "cli/commands.hpp"

namespace multipass::cli {

command_table all_commands() {
  command_table all;
  for (const auto part : {serve_commands, tpp_commands, psu_commands, account_commands,
                          consent_commands, audit_commands, event_commands}) {
    for (const command& c : part()) all.push_back(c);
  }
  return all;
}

}  // namespace multipass::cli
