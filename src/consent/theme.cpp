#include "consent/theme.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

#include "consent/brand.hpp"
#include "consent/logo.hpp"
#include "consent/texts_file.hpp"

namespace multipass {
namespace {

constexpr std::size_t most_texts_bytes = 1'048'576;

// At most one byte more than `most`, so that a file that is too large is seen to be.
result<std::string> read_file(const std::string& path, std::size_t most) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string bytes(most + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  // A folder opens, and only its reading fails.
  if (!file.is_open() || file.bad() || errno != 0) {
    return fail(errc::bad_configuration,
                "cannot be read: " + std::generic_category().message(errno));
  }
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

error about(std::string_view key, const std::string& path, const error& why) {
  return fail(errc::bad_configuration, std::string(key) + ": " + path + ": " + why.message);
}

result<void> read_logo(const std::string& path, theme& look) {
  auto bytes = read_file(path, most_logo_bytes);
  if (!bytes) return about("logo-file", path, bytes.error());
  const auto type = logo_type(*bytes);
  if (!type) return about("logo-file", path, type.error());
  look.logo = std::move(*bytes);
  look.logo_type = *type;
  return {};
}

result<void> read_texts_file(const std::string& path, theme& look) {
  const auto bytes = read_file(path, most_texts_bytes);
  if (!bytes) return about("texts-file", path, bytes.error());
  auto read = read_texts(*bytes);
  if (!read) return about("texts-file", path, read.error());
  look.text = std::move(*read);
  return {};
}

}  // namespace

result<theme> read_theme(const config& settings) {
  theme look;
  const auto brand = brand_style(settings.brand_color);
  if (!brand) return brand.error();
  look.style += *brand;
  if (!settings.logo_file.empty()) {
    if (auto read = read_logo(settings.logo_file, look); !read) return read.error();
  }
  if (!settings.texts_file.empty()) {
    if (auto read = read_texts_file(settings.texts_file, look); !read) return read.error();
  }
  return look;
}

site site_of(const config& settings, const theme& look) {
  return {settings.bank_name, settings.sandbox, !look.logo.empty(), look.text};
}

}  // namespace multipass
