#include <unistd.h>

#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "base/descriptor_limit.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"
#include "cli/log_writer.hpp"
#include "cli/settings.hpp"
#include "cli/signals.hpp"
#include "consent/texts_file.hpp"
#include "consent/theme.hpp"
#include "multipass/gateway.hpp"

namespace multipass::cli {

namespace {

void describe_serve(po::options_description& options) {
  options.add_options()("config", po::value<std::string>()->value_name("FILE"),
                        "configuration file; flags override it");
  const config defaults;
  for (const setting& s : settings()) {
    auto* value = po::value<std::string>();
    if (std::holds_alternative<bool config::*>(s.member)) {
      value->implicit_value("true")->zero_tokens();
    } else {
      const std::string standard = s.get(defaults);
      value->value_name(standard.empty() ? "TEXT" : standard);
    }
    options.add_options()(std::string(s.key).c_str(), value, std::string(s.meaning).c_str());
  }
}

result<config> read_config(const po::variables_map& given) {
  config_draft draft;
  if (given.contains("config")) {
    if (auto read = draft.read_file(given["config"].as<std::string>()); !read) return read.error();
  }
  for (const setting& s : settings()) {
    const std::string key(s.key);
    if (!given.contains(key)) continue;
    if (auto set = draft.set_flag(key, given[key].as<std::string>()); !set) return set.error();
  }
  return draft.finish();
}

std::string url_of(const std::string& certificate, const std::string& address) {
  return (certificate.empty() ? "http://" : "https://") + address;
}

void print_addresses(const config& c, const gateway& running) {
  std::cout << "MultiPass " << version << '\n'
            << "  public   " << url_of(c.tls_certificate, running.public_address())
            << "  the API and the consent page\n"
            << "  private  " << url_of(c.admin_tls_certificate, running.admin_address())
            << "  /admin, /introspect, /metrics, /readyz\n";
}

void print_sandbox(const config& c, const gateway& running) {
  const std::string url = url_of(c.tls_certificate, running.public_address());
  const bool tls = !c.tls_certificate.empty();
  std::cout << "\nThis is a sandbox. These credentials are public; never put real data here.\n"
               "  TPP        username / sandbox-secret\n"
               "  PSU        john or jane / sandbox-password, second factor 000000\n"
               "  admin key  sandbox-admin-key\n"
               "  introspection key  sandbox-introspection-key\n"
               "\nTry:\n"
               "  open "
            << url
            << "/ in a browser: the flow step by step, with live answers\n"
               "  curl "
            << (tls ? "--cacert CA.pem " : "") << "-X POST '" << url
            << "/api/tpp/authorize?username=username&secret=sandbox-secret"
               "&scope=account.list,account.details,account.balance"
               "&redirect_uri=http://127.0.0.1:9090/callback'\n"
               "  # open the redirectUrl of the answer in a browser, log in as john, approve\n"
            << (tls ? "  tools/walk-qwac   # after tools/run --tls: a TPP with a certificate\n"
                    : "  tools/walk   # the whole flow with curl\n");
}

command_outcome serve(const po::variables_map& given) {
  const auto settings = read_config(given);
  if (!settings) return settings.error();

  raise_descriptor_limit();
  const signals incoming;
  // Before the log and the gateway, to outlive both: the end of either may take its time.
  std::optional<signals::cut_on_second> second;
  log_writer log(STDERR_FILENO);
  ports p;
  p.log = log.sink();
  const auto started = gateway::start(*settings, std::move(p));
  if (!started) return fail(errc::bad_configuration, started.error().message);

  gateway& running = **started;
  print_addresses(*settings, running);
  if (settings->sandbox) print_sandbox(*settings, running);
  std::cout << std::flush;

  // A reload that fails is in the log, and the server goes on with what it has.
  while (incoming.wait() == signals::wish::reload) static_cast<void>(running.reload());
  second.emplace();
  running.stop();
  return {};
}

void describe_check(po::options_description& options) {
  options.add_options()("config", po::value<std::string>()->required()->value_name("FILE"),
                        "the file to check");
}

command_outcome check_config(const po::variables_map& given) {
  const std::string& path = given["config"].as<std::string>();
  config_draft draft;
  if (auto read = draft.read_file(path); !read) return read.error();
  const auto good = draft.finish();
  if (!good) return good.error();
  if (const auto look = read_theme(*good); !look) return look.error();
  std::cout << path << ": good\n";
  return {};
}

void describe_nothing(po::options_description&) {}

command_outcome print_example(const po::variables_map&) {
  std::cout << example_config();
  return {};
}

command_outcome print_texts(const po::variables_map&) {
  std::cout << example_texts();
  return {};
}

}  // namespace

command_table serve_commands() {
  return {
      {"serve", "", "Runs the gateway until SIGTERM or SIGINT; SIGHUP reloads certificates.",
       describe_serve, serve},
      {"check-config", "", "Checks a configuration file.", describe_check, check_config},
      {"example-config", "", "Prints a commented file with all defaults.", describe_nothing,
       print_example},
      {"example-texts", "", "Prints all texts of the pages as JSON, to translate (texts-file).",
       describe_nothing, print_texts},
  };
}

}  // namespace multipass::cli
