#include "cli/password_prompt.hpp"

#include <termios.h>
#include <unistd.h>

#include <iostream>

namespace multipass::cli {

namespace {

class without_echo {
 public:
  without_echo() {
    tcgetattr(STDIN_FILENO, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~without_echo() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
  without_echo(const without_echo&) = delete;
  without_echo& operator=(const without_echo&) = delete;

 private:
  termios before_{};
};

result<std::string> ask_once(const char* prompt) {
  std::cerr << prompt << std::flush;
  const without_echo silence;
  auto line = read_password_line();
  std::cerr << '\n';
  return line;
}

}  // namespace

result<std::string> read_password_line() {
  std::string line;
  if (std::getline(std::cin, line)) return line;
  return fail(errc::bad_configuration, "no password on standard input");
}

result<std::string> ask_password() {
  if (::isatty(STDIN_FILENO) == 0) {
    return fail(errc::bad_configuration,
                "standard input is no terminal; use --password-stdin to read the password from it");
  }
  auto password = ask_once("Password: ");
  if (!password) return password;
  const auto again = ask_once("Once more: ");
  if (!again) return again;
  if (*password == *again) return password;
  return fail(errc::bad_configuration, "the two passwords differ");
}

}  // namespace multipass::cli
