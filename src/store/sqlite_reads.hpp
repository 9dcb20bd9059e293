// The read functions of store.hpp on one SQLite connection. Each is one SELECT, so that what it
// returns is one committed state. Belongs to the connection's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "multipass/store.hpp"
#include "store/decision.hpp"
#include "store/reading_session.hpp"
#include "store/sqlite_connection.hpp"

namespace multipass {

class sqlite_reads {
 public:
  /// The read behind every token cache miss: three searches by primary key.
  static constexpr sql_text find_token_sql{
      "SELECT k.consent, c.tpp, c.scopes, k.expires_at, c.ended_at IS NOT NULL, t.blocked, "
      "k.certificate, t.organization "
      "FROM access_token k JOIN consent c ON c.id = k.consent JOIN tpp t ON t.id = c.tpp "
      "WHERE k.digest = ?"};

  explicit sqlite_reads(std::unique_ptr<sqlite_connection> db) : db_(std::move(db)) {}

  sqlite_connection& connection() { return *db_; }

  // provisioning_reads.cpp
  result<std::vector<account>> accounts_of(std::string_view psu);
  result<std::vector<money>> balances_of(std::string_view psu, account_id account);
  result<std::optional<tpp>> find_tpp(std::string_view username);
  result<std::vector<tpp>> list_tpps();
  result<std::optional<psu>> find_psu(std::string_view username);
  result<std::vector<psu>> list_psus();
  result<std::optional<std::string>> setting(std::string_view name);

  // audit_reads.cpp
  result<std::vector<audit_record>> list_audit(std::int64_t after, std::size_t limit);

  // consent_reads.cpp
  result<std::optional<authorization>> find_authorization(const digest& handle);
  result<redemption_preview> preview_redemption(const redemption& r);
  result<std::optional<token_record>> find_token(const digest& token);
  result<std::optional<consent_view>> find_consent(consent_id consent);
  result<std::vector<consent>> list_consents(const consent_filter& filter);
  result<std::optional<authorization>> find_request_of(tpp_id tpp, std::int64_t client_number);
  result<std::optional<consent>> find_consent_of(tpp_id tpp, std::int64_t client_number);

  // enrolments.cpp
  result<std::optional<enrolment>> find_enrolment(const digest& handle);

  // event_reads.cpp
  result<std::vector<event>> list_events(const event_filter& filter);
  result<std::vector<webhook>> list_webhooks();
  result<std::vector<event_delivery>> next_deliveries(tpp_id tpp, std::size_t limit);
  result<std::vector<pending_count>> count_pending();

  // token_writes.cpp
  result<std::optional<code_record>> find_code(const digest& code);

  // refresh_writes.cpp
  result<std::optional<refresh_record>> find_family(const digest& family);
  result<rotated> preview_rotation(const rotation& r);

 private:
  std::unique_ptr<sqlite_connection> db_;
};

using sqlite_reader = reading_session<store_reader, sqlite_reads>;

}  // namespace multipass
