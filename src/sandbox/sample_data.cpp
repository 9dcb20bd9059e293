#include "sandbox/sample_data.hpp"

#include <array>

#include "crypto/password.hpp"
#include "crypto/random.hpp"
#include "store/audit_acts.hpp"

namespace multipass {
namespace {

constexpr std::string_view mark = "sandbox";
constexpr std::string_view public_secret = "sandbox-secret";
constexpr std::string_view public_password = "sandbox-password";

// "Get account list" and "Get balance" show the first two.
std::array<account_import, 3> sample_accounts() {
  return {
      account_import{"john",
                     {account_id{47669570047}, "John Doe", "GB01TCCL82495709311980", "EUR", "[]"},
                     {{"EUR", 3040}, {"GBP", 42074}}},
      account_import{"john",
                     {account_id{82948889462}, "Jane Doe", "GB77DNNA04135500001698", "EUR", "[]"},
                     {{"EUR", 125000}}},
      account_import{"jane",
                     {account_id{10000000001}, "Jane Doe", "GB33BUKB20201555555555", "JPY", "[]"},
                     {{"JPY", 1500}, {"KWD", 12345}}}};
}

tpp sample_tpp(const server_key& key) {
  tpp t;
  t.username = "username";
  t.name = "Sample TPP";
  t.secret = key.of_tpp_secret(public_secret);
  t.redirect_uris = {"http://127.0.0.1:9090/callback", "https://tpp.example/callback"};
  return t;
}

// The same provider with a certificate: the one `good` of tools/make-test-pki.
tpp sample_tpp_with_certificate(const server_key& key) {
  auto t = sample_tpp(key);
  t.username = "qwac-tpp";
  t.name = "Sample TPP with certificate";
  t.organization = "PSDGB-FCA-123456";
  return t;
}

psu sample_psu(std::string username, std::string name, const server_key& key) {
  psu p;
  p.username = std::move(username);
  p.name = std::move(name);
  p.password_hash = hash_password(public_password);
  p.totp_secret = key.seal(random_bytes(20), p.username);
  return p;
}

// One job, so that an interrupted first start leaves nothing half filled.
result<void> add_missing(store_writer& s, const std::array<tpp, 2>& providers,
                         const std::array<psu, 2>& people, const origin& by) {
  for (const auto& t : providers) {
    const auto known = s.find_tpp(t.username);
    if (!known) return known.error();
    if (*known) continue;
    if (const auto added = s.add_tpp(t, by); !added) return added.error();
  }
  for (const auto& p : people) {
    const auto there = s.find_psu(p.username);
    if (!there) return there.error();
    if (*there) continue;
    if (const auto added = s.add_psu(p, by); !added) return added.error();
    std::size_t accounts = 0;
    for (const auto& a : sample_accounts()) {
      if (a.psu != p.username) continue;
      if (const auto put = s.put_account(a); !put) return put.error();
      ++accounts;
    }
    if (const auto kept = s.record(accounts_imported(accounts, by)); !kept) return kept.error();
  }
  return {};
}

}  // namespace

result<void> check_sandbox_mark(store_pool& pool, bool sandbox) {
  return pool.write_blocking([sandbox](store_writer& s) -> result<void> {
    const auto marked = s.setting(mark);
    if (!marked) return marked.error();
    if (*marked && !sandbox) {
      return fail(errc::bad_configuration,
                  "database: it was made by --sandbox, and its credentials are public");
    }
    if (*marked || !sandbox) return {};
    const auto tpps = s.list_tpps();
    if (!tpps) return tpps.error();
    const auto psus = s.list_psus();
    if (!psus) return psus.error();
    if (!tpps->empty() || !psus->empty()) {
      return fail(
          errc::bad_configuration,
          "sandbox: the database holds a bank's data; --sandbox would add public credentials");
    }
    return s.set_setting(mark, "1");
  });
}

result<void> fill_sandbox(store_pool& pool, const server_key& key, timestamp now) {
  // She comes last, so the others are there too; hashing the passwords again would take half a
  // second of each start.
  const auto filled = pool.read_blocking([](store_reader& s) { return s.find_psu("jane"); });
  if (!filled) return filled.error();
  if (*filled) return {};
  const std::array providers{sample_tpp(key), sample_tpp_with_certificate(key)};
  const std::array people{sample_psu("john", "John Doe", key), sample_psu("jane", "Jane Doe", key)};
  const origin by{std::string(gateway_actor), now};
  return pool.write_blocking(
      [&](store_writer& s) { return add_missing(s, providers, people, by); });
}

}  // namespace multipass
