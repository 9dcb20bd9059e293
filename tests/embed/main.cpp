// What a bank's C++ team does: a gateway inside their own process, with accounts from their core
// system, and the authorizer called in-process for an endpoint of their own. Exits 0 when all
// holds.
#include <multipass/gateway.hpp>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

namespace {

// The core system: one customer with one account, whatever the gateway's own store says.
class core_system final : public multipass::account_source {
 public:
  multipass::result<std::vector<multipass::account>> accounts_of(std::string_view psu) override {
    if (psu != "anna") return std::vector<multipass::account>{};
    return std::vector{
        multipass::account{multipass::account_id{7}, "Anna Bell", "XX00", "EUR", "[]"}};
  }
  multipass::result<std::vector<multipass::money>> balances_of(std::string_view,
                                                               multipass::account_id) override {
    return std::vector{multipass::money{"EUR", balance}};
  }
  std::chrono::milliseconds may_keep_for() const override { return std::chrono::minutes{10}; }
  std::int64_t balance = 100'00;
};

void check(bool holds, const char* what) {
  std::printf("%s: %s\n", holds ? "ok" : "FAILED", what);
  if (!holds) std::exit(1);
}

std::string post(const std::string& address, const std::string& target, const std::string& headers,
                 const std::string& body) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port =
      htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  const int s = socket(AF_INET, SOCK_STREAM, 0);
  check(connect(s, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0, "connects");
  const auto all = "POST " + target + " HTTP/1.1\r\nHost: bank\r\nConnection: close\r\n" + headers +
                   "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  check(write(s, all.data(), all.size()) == static_cast<ssize_t>(all.size()), "writes");
  std::string answer;
  char part[4096];
  for (ssize_t n; (n = read(s, part, sizeof part)) > 0;)
    answer.append(part, static_cast<size_t>(n));
  close(s);
  return answer;
}

std::string between(const std::string& text, const std::string& from, char to) {
  const auto begin = text.find(from);
  if (begin == std::string::npos) return {};
  return text.substr(begin + from.size(), text.find(to, begin + from.size()) - begin - from.size());
}

// A TPP, a customer and her consent; returns the access token.
std::string get_token(multipass::gateway& gateway, const std::string& admin_key) {
  const auto admin = [&](const std::string& target, const std::string& json) {
    return post(gateway.admin_address(), target,
                "Authorization: Bearer " + admin_key + "\r\nContent-Type: application/json\r\n",
                json);
  };
  const auto tpp = admin("/admin/tpps", R"({"username":"shop","name":"Shop",)"
                                        R"("redirect_uris":["https://shop.example/back"],)"
                                        R"("scopes":"account.list account.balance"})");
  const auto secret = between(tpp, R"("secret":")", '"');
  check(!secret.empty(), "a TPP is registered");
  const auto psu =
      admin("/admin/psus", R"({"username":"anna","name":"Anna","password":"long enough"})");
  check(psu.find(" 201 ") != std::string::npos, "a PSU is registered");
  const auto init = post(gateway.public_address(),
                         "/api/tpp/authorize?username=shop&scope=account.list+account.balance"
                         "&redirect_uri=https://shop.example/back&secret=" +
                             secret,
                         "", "");
  const auto handle = between(init, "x-request-id=", '"');
  const auto yes = admin("/admin/authorizations/" + handle + "/approve", R"({"psu":"anna"})");
  const auto code = between(yes, "accessCode=", '&');
  const auto token = post(gateway.public_address(),
                          "/api/client/token?clientId=shop__1&accessCode=" + code, "", "");
  return between(token, R"("accessToken":")", '"');
}

}  // namespace

int main(int, char** argv) {
  const std::string folder = argv[1];
  core_system core;
  multipass::config settings;
  settings.listen = "127.0.0.1:0";
  settings.admin_listen = "127.0.0.1:0";
  settings.database = folder + "/bank.db";
  settings.token_cache_entries = 1024;
  multipass::ports ports;
  ports.accounts = &core;
  auto started = multipass::gateway::start(settings, ports);
  if (!started) std::printf("%s\n", started.error().message.c_str());
  check(started.has_value(), "a gateway starts inside this process");
  auto& gateway = **started;

  std::string admin_key;
  std::ifstream key_file(folder + "/bank.db.admin-key");
  std::getline(key_file, admin_key);
  const auto token = get_token(gateway, admin_key);
  check(token.size() == 25, "the whole flow gives a token");

  using multipass::scope;
  using multipass::verdict;
  const auto header = "Bearer " + token;
  auto& authorizer = gateway.authorizer();
  check(authorizer.decide(header, scope::account_list).outcome == verdict::granted,
        "the authorizer grants in-process");
  check(authorizer.decide_from_cache(header, scope::account_details)->outcome ==
            verdict::insufficient_scope,
        "a scope that was not granted is refused, from memory");
  check(authorizer.decide("Bearer AAAAAAAAAAAAAAAAAAAAAAAAA", scope::account_list).outcome ==
            verdict::unknown,
        "an invented token is refused");

  const auto read = [&](const char* target) {
    return post(gateway.public_address(), target, "Authorization: " + header + "\r\n", "");
  };
  check(read("/api/tpp/accounts").find(R"("id":7,"name":"Anna Bell")") != std::string::npos,
        "accounts come from the bank's own account_source");
  const char* balance = "/api/tpp/account/balance?accountId=7";
  check(read(balance).find(R"("available":100.00)") != std::string::npos, "and balances");
  core.balance = 99'50;
  gateway.accounts_changed("anna");
  check(read(balance).find(R"("available":99.50)") != std::string::npos,
        "a change that the bank announces is seen at once");

  settings.database = folder + "/second.db";
  check(multipass::gateway::start(settings).has_value(), "a second gateway fits into the process");
  check(multipass::gateway::start(settings, ports).has_value(),
        "and its database can be opened again");
  settings.database = folder + "/bank.db";
  const auto refused = multipass::gateway::start(settings);
  check(!refused && refused.error().code == multipass::errc::conflict,
        "a database in use is refused, as a value");
  gateway.stop();
  check(authorizer.decide(header, scope::account_list).outcome == verdict::granted,
        "the authorizer outlives the listeners");
  return 0;
}
