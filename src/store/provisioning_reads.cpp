// Reads of what the bank provisions: TPPs, PSUs, accounts, settings.
#include "store/sqlite_reads.hpp"

namespace multipass {
namespace {

// One row per redirect URI, the rows of a TPP side by side.
result<std::vector<tpp>> tpps_of(sqlite_query& q) {
  std::vector<tpp> found;
  auto row = [&] {
    const auto id = q.get<tpp_id>(0);
    if (found.empty() || found.back().id != id) {
      found.push_back({.id = id,
                       .username = q.get<std::string>(1),
                       .name = q.get<std::string>(2),
                       .secret = q.get<digest>(3),
                       .scopes = q.get<scope_set>(4),
                       .redirect_uris = {},
                       .blocked = q.get<bool>(5),
                       .requires_pkce = q.get<bool>(6),
                       .requires_secret = q.get<bool>(7),
                       .organization = q.get<std::string>(8)});
    }
    if (!q.is_null(9)) found.back().redirect_uris.push_back(q.get<std::string>(9));
  };
  if (auto done = q.each(row); !done) return done.error();
  return found;
}

result<std::vector<psu>> psus_of(sqlite_query& q) {
  std::vector<psu> found;
  auto row = [&] {
    found.push_back({.id = q.get<psu_id>(0),
                     .username = q.get<std::string>(1),
                     .name = q.get<std::string>(2),
                     .password_hash = q.get<std::string>(3),
                     .totp_secret = q.get<std::string>(4),
                     .totp_step = q.get<std::int64_t>(5)});
  };
  if (auto done = q.each(row); !done) return done.error();
  return found;
}

template <class T>
result<std::optional<T>> only(result<std::vector<T>> found) {
  if (!found) return found.error();
  if (found->empty()) return std::nullopt;
  return std::move(found->front());
}

}  // namespace

result<std::optional<tpp>> sqlite_reads::find_tpp(std::string_view username) {
  auto q = db_->query(
      "SELECT t.id, t.username, t.name, t.secret, t.scopes, t.blocked, t.requires_pkce, "
      "t.requires_secret, t.organization, u.uri FROM tpp t LEFT JOIN redirect_uri u ON u.tpp = "
      "t.id "
      "WHERE t.username = ? ORDER BY u.position");
  q.bind(username);
  return only(tpps_of(q));
}

result<std::vector<tpp>> sqlite_reads::list_tpps() {
  auto q = db_->query(
      "SELECT t.id, t.username, t.name, t.secret, t.scopes, t.blocked, t.requires_pkce, "
      "t.requires_secret, t.organization, u.uri FROM tpp t LEFT JOIN redirect_uri u ON u.tpp = "
      "t.id "
      "ORDER BY t.id, u.position");
  return tpps_of(q);
}

result<std::optional<psu>> sqlite_reads::find_psu(std::string_view username) {
  auto q = db_->query(
      "SELECT id, username, name, password_hash, totp_secret, totp_step FROM psu "
      "WHERE username = ?");
  q.bind(username);
  return only(psus_of(q));
}

result<std::vector<psu>> sqlite_reads::list_psus() {
  auto q = db_->query(
      "SELECT id, username, name, password_hash, totp_secret, totp_step FROM psu ORDER BY id");
  return psus_of(q);
}

result<std::vector<account>> sqlite_reads::accounts_of(std::string_view psu) {
  auto q = db_->query(
      "SELECT a.id, a.name, a.iban, a.currency, a.additional_data FROM psu p "
      "JOIN account a ON a.owner = p.id WHERE p.username = ? ORDER BY a.id");
  q.bind(psu);
  std::vector<account> found;
  auto row = [&] {
    found.push_back({q.get<account_id>(0), q.get<std::string>(1), q.get<std::string>(2),
                     q.get<std::string>(3), q.get<std::string>(4)});
  };
  if (auto done = q.each(row); !done) return done.error();
  return found;
}

result<std::vector<money>> sqlite_reads::balances_of(std::string_view psu, account_id account) {
  auto q = db_->query(
      "SELECT b.currency, b.minor FROM psu p JOIN account a ON a.owner = p.id "
      "LEFT JOIN balance b ON b.account = a.id WHERE p.username = ? AND a.id = ? "
      "ORDER BY b.position");
  q.bind(psu).bind(account);
  std::vector<money> found;
  bool exists = false;
  auto row = [&] {
    exists = true;
    if (!q.is_null(0)) found.push_back({q.get<std::string>(0), q.get<std::int64_t>(1)});
  };
  if (auto done = q.each(row); !done) return done.error();
  if (!exists) return fail(errc::not_found, "Entity not found");
  return found;
}

result<std::optional<std::string>> sqlite_reads::setting(std::string_view name) {
  auto q = db_->query("SELECT value FROM setting WHERE name = ?");
  q.bind(name);
  auto row = q.step();
  if (!row) return row.error();
  if (!*row) return std::nullopt;
  return q.get<std::string>(0);
}

}  // namespace multipass
