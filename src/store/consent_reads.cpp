// Reads of what TPPs and PSUs do: authorizations, codes, consents, tokens.
#include <algorithm>
#include <array>
#include <limits>

#include "store/sqlite_reads.hpp"

namespace multipass {
namespace {

consent consent_of(const sqlite_query& q) {
  consent c{.id = q.get<consent_id>(0),
            .tpp = q.get<tpp_id>(1),
            .tpp_username = q.get<std::string>(2),
            .client_number = q.get<std::int64_t>(3),
            .owner = q.get<psu_id>(4),
            .psu_username = q.get<std::string>(5),
            .scopes = q.get<scope_set>(6),
            .accounts = {},
            .granted_at = q.get<timestamp>(7),
            .expires_at = q.get<timestamp>(8),
            .ended_at = std::nullopt,
            .reason = q.get<end_reason>(10),
            .tpp_name = q.get<std::string>(13)};
  if (!q.is_null(9)) c.ended_at = q.get<timestamp>(9);
  if (!q.is_null(11)) c.last_used_at = q.get<timestamp>(11);
  return c;
}

result<std::optional<authorization>> authorization_of(sqlite_query& q) {
  auto row = q.step();
  if (!row) return row.error();
  if (!*row) return std::nullopt;
  return authorization{.handle = q.get<digest>(10),
                       .tpp = q.get<tpp_id>(0),
                       .tpp_username = q.get<std::string>(1),
                       .tpp_name = q.get<std::string>(2),
                       .client_number = q.get<std::int64_t>(3),
                       .scopes = q.get<scope_set>(4),
                       .redirect_uri = q.get<std::string>(5),
                       .client_state = q.get<std::string>(6),
                       .code_challenge = q.get<std::string>(7),
                       .expires_at = q.get<timestamp>(8),
                       .decided = q.get<authorization::state>(9),
                       .standard = q.get<bool>(11)};
}

// One row per account, the rows of a consent side by side.
result<std::vector<consent>> consents_of(sqlite_query& q) {
  std::vector<consent> found;
  auto row = [&] {
    if (found.empty() || found.back().id != q.get<consent_id>(0)) found.push_back(consent_of(q));
    found.back().accounts.push_back(q.get<account_id>(12));
  };
  if (auto done = q.each(row); !done) return done.error();
  return found;
}

// One statement per combination of names, so that each can use its index.
sql_text list_sql(const consent_filter& filter) {
  auto make = [](const char* condition) {
    return std::string(
               "SELECT c.id, c.tpp, t.username, c.client_number, c.owner, p.username, c.scopes, "
               "c.granted_at, c.expires_at, c.ended_at, c.reason, c.last_used_at, a.account, "
               "t.name "
               "FROM (SELECT * FROM consent WHERE id > ?1 ") +
           condition +
           "ORDER BY id LIMIT ?2) c JOIN tpp t ON t.id = c.tpp JOIN psu p ON p.id = c.owner "
           "JOIN consent_account a ON a.consent = c.id ORDER BY c.id, a.account";
  };
  static const std::array<std::string, 4> texts{
      make(""),
      make("AND tpp = (SELECT id FROM tpp WHERE username = ?3) "),
      make("AND owner = (SELECT id FROM psu WHERE username = ?4) "),
      make("AND tpp = (SELECT id FROM tpp WHERE username = ?3) "
           "AND owner = (SELECT id FROM psu WHERE username = ?4) "),
  };
  const std::size_t by_tpp = filter.tpp_username.empty() ? 0 : 1;
  const std::size_t by_psu = filter.psu_username.empty() ? 0 : 2;
  return sql_text::of_static(texts[by_tpp + by_psu]);
}

std::int64_t limit_of(const consent_filter& filter) {
  constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(filter.limit, most));
}

}  // namespace

result<std::optional<authorization>> sqlite_reads::find_authorization(const digest& handle) {
  auto q = db_->query(
      "SELECT a.tpp, t.username, t.name, a.client_number, a.scopes, a.redirect_uri, "
      "a.client_state, a.code_challenge, a.expires_at, a.decided, a.handle, a.standard "
      "FROM authorization a JOIN tpp t ON t.id = a.tpp WHERE a.handle = ?");
  return authorization_of(q.bind(handle));
}

result<std::optional<authorization>> sqlite_reads::find_request_of(tpp_id tpp,
                                                                   std::int64_t client_number) {
  auto q = db_->query(
      "SELECT a.tpp, t.username, t.name, a.client_number, a.scopes, a.redirect_uri, "
      "a.client_state, a.code_challenge, a.expires_at, a.decided, a.handle, a.standard "
      "FROM authorization a JOIN tpp t ON t.id = a.tpp WHERE a.tpp = ? AND a.client_number = ?");
  return authorization_of(q.bind(tpp).bind(client_number));
}

result<redemption_preview> sqlite_reads::preview_redemption(const redemption& r) {
  const auto code = find_code(r.code);
  if (!code) return code.error();
  if (!*code) return redemption_preview{};
  return redemption_preview{judge(r, **code), (*code)->tpp};
}

result<std::optional<token_record>> sqlite_reads::find_token(const digest& token) {
  auto q = db_->query(find_token_sql);
  q.bind(token);
  auto row = q.step();
  if (!row) return row.error();
  if (!*row) return std::nullopt;
  token_record found{.granted = {.consent = q.get<consent_id>(0),
                                 .tpp = q.get<tpp_id>(1),
                                 .scopes = q.get<scope_set>(2),
                                 .expires_at = q.get<timestamp>(3)},
                     .ended = q.get<bool>(4),
                     .blocked = q.get<bool>(5)};
  if (!q.is_null(6)) found.certificate = q.get<digest>(6);
  found.organization = q.get<std::string>(7);
  return found;
}

result<std::optional<consent_view>> sqlite_reads::find_consent(consent_id consent) {
  auto q = db_->query(
      "SELECT c.owner, p.username, a.account FROM consent c JOIN psu p ON p.id = c.owner "
      "JOIN consent_account a ON a.consent = c.id WHERE c.id = ? ORDER BY a.account");
  q.bind(consent);
  std::optional<consent_view> found;
  auto row = [&] {
    if (!found) found = consent_view{q.get<psu_id>(0), q.get<std::string>(1), {}};
    found->accounts.push_back(q.get<account_id>(2));
  };
  if (auto done = q.each(row); !done) return done.error();
  return found;
}

result<std::vector<consent>> sqlite_reads::list_consents(const consent_filter& filter) {
  auto q = db_->query(list_sql(filter));
  q.bind(filter.after).bind(limit_of(filter));
  if (!filter.tpp_username.empty() || !filter.psu_username.empty()) q.bind(filter.tpp_username);
  if (!filter.psu_username.empty()) q.bind(filter.psu_username);
  return consents_of(q);
}

result<std::optional<consent>> sqlite_reads::find_consent_of(tpp_id tpp,
                                                             std::int64_t client_number) {
  auto q = db_->query(
      "SELECT c.id, c.tpp, t.username, c.client_number, c.owner, p.username, c.scopes, "
      "c.granted_at, c.expires_at, c.ended_at, c.reason, c.last_used_at, a.account, t.name "
      "FROM consent c "
      "JOIN tpp t ON t.id = c.tpp JOIN psu p ON p.id = c.owner "
      "JOIN consent_account a ON a.consent = c.id "
      "WHERE c.tpp = ? AND c.client_number = ? ORDER BY a.account");
  auto found = consents_of(q.bind(tpp).bind(client_number));
  if (!found) return found.error();
  if (found->empty()) return std::nullopt;
  return std::move(found->front());
}

}  // namespace multipass
