#include "bank_rows.hpp"

#include <algorithm>

#include "crypto/password.hpp"
#include "crypto/random.hpp"
#include "progress.hpp"

namespace bench {
namespace {

using namespace multipass;

constexpr std::size_t per_transaction = 10'000;

// As long as those of the specification's sample: a list of two is 230 bytes of JSON.
account_import sample_account(const std::string& psu, std::int64_t id) {
  const std::string digits = std::to_string(id);
  account_import a;
  a.psu = psu;
  a.value = {.id = account_id{id},
             .name = "John Doe",
             .iban = "GB01TCCL" + std::string(14 - digits.size(), '0') + digits,
             .currency = "EUR",
             .additional_data = "[]"};
  a.balances = {{"EUR", 3040}, {"GBP", 42074}};
  return a;
}

void add_one_psu(store_writer& w, const server_key& key, const std::string& password_hash,
                 std::size_t number, std::size_t accounts) {
  psu p;
  p.username = "psu" + std::to_string(number + 1);
  p.name = "John Doe";
  p.password_hash = password_hash;
  p.totp_secret = key.seal(random_bytes(20), p.username);
  must(w.add_psu(p, {"gateway", {}}));
  for (std::size_t i = 0; i < accounts; ++i) {
    const auto id = first_account_id + static_cast<std::int64_t>(number * accounts + i);
    must(w.put_account(sample_account(p.username, id)));
  }
}

}  // namespace

void add_psus(store_writer& w, const server_key& key, const fill_options& o) {
  const std::string password_hash = hash_password("bench-password");
  progress shown("PSUs", o.psus);
  for (std::size_t next = 0; next < o.psus;) {
    const std::size_t end = std::min(o.psus, next + per_transaction);
    must(w.begin());
    for (; next < end; ++next) add_one_psu(w, key, password_hash, next, o.accounts);
    must(w.commit());
    w.take_changes();
    w.tidy();
    shown.reached(next);
  }
}

std::string add_tpp(store_writer& w, const server_key& key) {
  std::string secret = random_text(40);
  tpp t;
  t.username = tpp_username;
  t.name = "Bench";
  t.secret = key.of_tpp_secret(secret);
  t.redirect_uris = {"http://127.0.0.1:9090/callback"};
  must(w.begin());
  if (must(w.add_tpp(t, {"gateway", {}})) != tpp_id{1})
    throw std::runtime_error("the database is not new");
  must(w.commit());
  return secret;
}

}  // namespace bench
