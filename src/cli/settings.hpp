// The one table of settings: the configuration file, the flags of `serve` and the example file all
// come from it. A row says how a setting is written, what it means, and which member of config it
// is.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "multipass/config.hpp"
#include "multipass/error.hpp"

namespace multipass::cli {

/// A member of config that counts bytes, apart from those that count things.
struct bytes {
  std::size_t config::*member;
};

struct setting {
  using target = std::variant<std::string config::*, bool config::*, unsigned config::*,
                              std::size_t config::*, bytes, std::chrono::seconds config::*,
                              std::chrono::milliseconds config::*, log_level config::*,
                              client_certificates config::*>;

  std::string_view key;  ///< as in the file, and behind "--" as a flag
  target member;
  std::string_view meaning;  ///< one line, with the range
  std::string_view heading;  ///< of the group that begins here, else empty

  /// errc::bad_configuration "<key>: expected <form>, not "<value>"". Ranges are validate()'s.
  result<void> set(config& c, std::string_view value) const;
  /// As set() reads it.
  std::string get(const config& c) const;
};

std::span<const setting> settings();

/// Null for a key that is not in the table.
const setting* find_setting(std::string_view key);

}  // namespace multipass::cli
