// What a command of the program is, and how one is found and run. Commands are rows of tables, each
// table beside the functions it names.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "multipass/error.hpp"

namespace multipass::cli {

namespace po = boost::program_options;

inline constexpr std::string_view version = "0.1.0";

/// errc::bad_configuration stands for wrong usage (or, from `serve`, a gateway that cannot start)
/// and ends the program with 2; every other error is a refusal and ends it with 1.
using command_outcome = result<void>;

struct command {
  std::string_view name;     ///< "tpp add"
  std::string_view operand;  ///< the one positional argument, "USERNAME"; empty: takes none
  std::string_view summary;
  void (*describe)(po::options_description& options);
  command_outcome (*run)(const po::variables_map& given);
};

/// Under this name the positional argument stands in variables_map.
inline constexpr const char* operand_name = "operand";

/// Runs what `arguments` (without the program's name) ask for; returns the exit code.
int run_program(std::span<const command> commands, const std::vector<std::string>& arguments);

}  // namespace multipass::cli
