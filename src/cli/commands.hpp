// The tables of commands, one per file.
#pragma once

#include <vector>

#include "cli/command_line.hpp"

namespace multipass::cli {

using command_table = std::vector<command>;

command_table serve_commands();  // serve, check-config, example-config, example-texts
command_table tpp_commands();
command_table psu_commands();
command_table account_commands();
command_table consent_commands();
command_table audit_commands();
command_table event_commands();  // also tpp set-webhook, remove-webhook

/// All of them, in the order in which --help lists them.
command_table all_commands();

}  // namespace multipass::cli
