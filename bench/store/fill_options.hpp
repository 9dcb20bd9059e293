// The command line of fill_store.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace bench {

struct fill_options {
  std::filesystem::path database;
  std::filesystem::path out;  ///< where the lists of tokens and codes go
  std::size_t tokens = 0;
  std::size_t expired = 0;
  std::size_t codes = 0;  ///< not redeemed yet
  std::size_t psus = 0;
  std::size_t accounts = 2;  ///< per PSU
};

extern const char* const fill_usage;

/// Help was asked for.
struct help_wanted {};

/// A string is what is wrong with the command line, in one line that names the option.
std::variant<fill_options, help_wanted, std::string> parse_fill_options(int argc,
                                                                        const char* const* argv);

}  // namespace bench
