// The configuration file of `multipass serve`: lines "key = value", comments behind '#'. It is read
// into a config together with the flags, and every refusal says where the value came from.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "multipass/config.hpp"
#include "multipass/error.hpp"

namespace multipass::cli {

/// A config while it is put together. Later values replace earlier ones, each with its origin.
class config_draft {
 public:
  /// Reads a whole file. errc::bad_configuration "<name>:<line>: ..." for a line that is no
  /// "key = value", an unknown key, one that stands twice, or a value of the wrong form.
  result<void> read_text(std::string_view text, const std::string& name);
  result<void> read_file(const std::string& path);

  /// A value from the command line: "--<key>: ..." in messages.
  result<void> set_flag(const std::string& key, std::string_view value);

  /// validate(), with the origin of the refused value in front.
  result<config> finish() const;

 private:
  config config_;
  std::map<std::string, std::string, std::less<>> origins_;  // key -> "multipass.conf:12: " or "--"
};

/// A commented file that sets every key to its default: what `multipass example-config` prints.
std::string example_config();

}  // namespace multipass::cli
