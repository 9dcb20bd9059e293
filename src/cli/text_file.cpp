#include "cli/text_file.hpp"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace multipass::cli {

result<std::string> read_text_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file.is_open() && file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  if (!file.is_open() || errno != 0) {
    return fail(errc::bad_configuration,
                path + ": cannot be read: " + std::generic_category().message(errno));
  }
  return std::move(text).str();
}

result<std::string> read_first_line(const std::string& path) {
  auto text = read_text_file(path);
  if (!text) return text.error();
  std::string line = text->substr(0, text->find_first_of("\r\n"));
  if (line.empty()) return fail(errc::bad_configuration, path + ": the first line is empty");
  return line;
}

}  // namespace multipass::cli
