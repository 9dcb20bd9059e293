// Command line of the C++ peers: --port N [--threads N] --answer FILE [--tokens FILE] [--gather].
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace peers {

struct options {
  std::uint16_t port = 0;  ///< on 127.0.0.1; required
  unsigned threads = 1;    ///< 1-64
  std::string answer;      ///< file with the whole answer, header and body; required
  std::string tokens;      ///< file of tokens; required where it is known
  bool gather = false;     ///< answer what one read brought with one send
};

/// Reads --port, --threads, --answer and what else is `known` of "tokens" and "gather". Bad input:
/// one line on stderr and exit status 2.
options read_options(int argc, char** argv, std::initializer_list<std::string_view> known);

/// The whole file; not readable: one line on stderr and exit status 1.
std::string read_file(const std::string& path);

/// Ends the program: "<program>: <reason>" on stderr, exit status 1.
[[noreturn]] void fail(const std::string& reason);

}  // namespace peers
