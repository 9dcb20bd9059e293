#include "bulk_load.hpp"

#include <stdexcept>

namespace bench {
namespace {

using multipass::digest;
using multipass::timestamp;

constexpr int all_scopes = 7;

// synchronous and journal are the file's maker's business only while nobody relies on it. 256 MiB
// of cache hold the right edges of all trees, which is where rows go.
constexpr const char* settings =
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA cache_size=-262144; BEGIN EXCLUSIVE";

void bind(sqlite3_stmt* s, int place, std::int64_t value) {
  sqlite3_bind_int64(s, place, value);
}
void bind(sqlite3_stmt* s, int place, timestamp t) {
  bind(s, place, t.time_since_epoch().count());
}
void bind(sqlite3_stmt* s, int place, const digest& d) {
  sqlite3_bind_blob(s, place, d.bytes.data(), static_cast<int>(d.bytes.size()), SQLITE_STATIC);
}

}  // namespace

bulk_load::bulk_load(const std::string& path) {
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  db_.reset(opened);
  if (code != SQLITE_OK) throw std::runtime_error(path + ": " + sqlite3_errstr(code));
  run(settings);
  consent_ = prepare(
      "INSERT INTO consent (id, tpp, client_number, owner, scopes, granted_at, expires_at, "
      "redeemed) "
      "VALUES (?1, 1, ?1, ?2, ?3, ?4, ?5, ?6)");
  account_ = prepare("INSERT INTO consent_account (consent, account) VALUES (?, ?)");
  code_ = prepare(
      "INSERT INTO authorization_code (digest, consent, code_challenge, expires_at, removable_at) "
      "VALUES (?, ?, '', ?, ?)");
  token_ = prepare(
      "INSERT INTO access_token (digest, consent, expires_at, removable_at) "
      "VALUES (?1, ?2, ?3, ?3)");
}

void bulk_load::run(const std::string& sql) {
  if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return;
  throw std::runtime_error(sqlite3_errmsg(db_.get()));
}

bulk_load::statement bulk_load::prepare(const char* sql) {
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(db_.get(), sql, -1, &made, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sqlite3_errmsg(db_.get()));
  }
  return statement(made);
}

template <class... Values>
void bulk_load::insert(const statement& s, const Values&... values) {
  int place = 0;
  (bind(s.get(), ++place, values), ...);
  const bool done = sqlite3_step(s.get()) == SQLITE_DONE;
  if (!done) throw std::runtime_error(sqlite3_errmsg(db_.get()));
  sqlite3_reset(s.get());
}

void bulk_load::add(const consent_row& c) {
  insert(consent_, c.id, c.owner, std::int64_t{all_scopes}, c.granted_at, c.expires_at,
         std::int64_t{c.redeemed});
  for (std::int64_t i = 0; i < c.accounts; ++i) insert(account_, c.id, c.first_account + i);
}

void bulk_load::add_code(const digest& code, const consent_row& c, timestamp expires_at) {
  insert(code_, code, c.id, expires_at, c.expires_at);
}

void bulk_load::add_token(const digest& token, const consent_row& c) {
  insert(token_, token, c.id, c.expires_at);
}

void bulk_load::finish(std::int64_t clients) {
  run("UPDATE tpp SET last_client_number = " + std::to_string(clients) + " WHERE id = 1; COMMIT");
  // Leaving the exclusive mode takes effect with the next access.
  run("PRAGMA synchronous=FULL; PRAGMA locking_mode=NORMAL; PRAGMA journal_mode=WAL");
}

}  // namespace bench
