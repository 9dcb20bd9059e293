#include "cli/admin_options.hpp"

#include <cstdlib>
#include <string>

#include "cli/config_file.hpp"
#include "cli/text_file.hpp"

namespace multipass::cli {

namespace {

std::string text_of(const po::variables_map& given, const char* name) {
  return given.contains(name) ? given[name].as<std::string>() : std::string();
}

result<config> read_config(const po::variables_map& given) {
  config_draft draft;
  if (const std::string path = text_of(given, "config"); !path.empty()) {
    if (auto read = draft.read_file(path); !read) return read.error();
  }
  if (const std::string path = text_of(given, "database"); !path.empty()) {
    if (auto set = draft.set_flag("database", path); !set) return set.error();
  }
  return draft.finish();
}

result<std::string> find_key(const po::variables_map& given, const config& c) {
  if (const auto path = text_of(given, "admin-key-file"); !path.empty())
    return read_first_line(path);
  if (const char* key = std::getenv("MULTIPASS_ADMIN_KEY"); key != nullptr && *key != '\0') {
    return std::string(key);
  }
  if (!given.contains("config") && !given.contains("database")) {
    return fail(errc::bad_configuration,
                "no admin key: give --admin-key-file, --config or --database, or set "
                "MULTIPASS_ADMIN_KEY");
  }
  return read_first_line(c.admin_key_file.empty() ? c.database + ".admin-key" : c.admin_key_file);
}

}  // namespace

void describe_admin_options(po::options_description& options) {
  auto add = options.add_options();
  add("admin", po::value<std::string>()->value_name("URL"),
      "the private listener, http://127.0.0.1:8081 unless the configuration says otherwise");
  add("admin-key-file", po::value<std::string>()->value_name("PATH"),
      "file with the admin key; else the environment's MULTIPASS_ADMIN_KEY");
  add("admin-ca", po::value<std::string>()->value_name("PATH"),
      "https: CAs of the server's certificate, PEM; else the system's");
  add("admin-certificate", po::value<std::string>()->value_name("PATH"),
      "https: certificate to show, PEM");
  add("admin-certificate-key", po::value<std::string>()->value_name("PATH"),
      "https: its private key, PEM");
  add("config", po::value<std::string>()->value_name("FILE"),
      "the server's configuration file: names address and key file");
  add("database", po::value<std::string>()->value_name("PATH"),
      "the server's database: the key is in <PATH>.admin-key");
}

result<admin_client> connect(const po::variables_map& given) {
  const auto c = read_config(given);
  if (!c) return c.error();
  auto key = find_key(given, *c);
  if (!key) return key.error();
  const std::string url = text_of(given, "admin");
  const std::string scheme = c->admin_tls_certificate.empty() ? "http://" : "https://";
  const admin_tls_files tls{text_of(given, "admin-ca"), text_of(given, "admin-certificate"),
                            text_of(given, "admin-certificate-key")};
  return admin_client::make(url.empty() ? scheme + c->admin_listen : url, std::move(*key), tls);
}

}  // namespace multipass::cli
