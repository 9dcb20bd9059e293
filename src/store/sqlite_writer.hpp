// The writing session on SQLite. One exists at a time; its connection is the only one that writes
// and checkpoints. Belongs to one thread.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <type_traits>

#include "store/audit_acts.hpp"
#include "store/audit_chain.hpp"
#include "store/decision.hpp"
#include "store/sqlite_reads.hpp"

namespace multipass {

/// Stands for the one writer a store may have; gives its place back when destroyed.
class writer_place {
 public:
  /// nullopt when it is taken. `taken` must outlive the place.
  static std::optional<writer_place> take(std::atomic_flag& taken) noexcept;
  ~writer_place();
  writer_place(writer_place&& other) noexcept;
  writer_place& operator=(writer_place&&) = delete;

 private:
  explicit writer_place(std::atomic_flag& taken) : taken_(&taken) {}
  std::atomic_flag* taken_;
};

// The place comes first among the bases, so that it is given back after the connection is closed.
class sqlite_writer final : private writer_place,
                            public reading_session<store_writer, sqlite_reads> {
 public:
  sqlite_writer(writer_place place, std::unique_ptr<sqlite_connection> db);
  ~sqlite_writer() override;

  // sqlite_writer.cpp
  result<void> begin() override;
  result<void> commit() override;
  void rollback() noexcept override;
  result<void> mark() override;
  result<void> undo_to_mark() override;
  change_set take_changes() override;
  void tidy() noexcept override { db().tidy(); }
  result<std::int64_t> foreign_changes() override;

  // audit_writes.cpp
  void use_audit_key(const digest& key) override;
  result<void> record(const audit_act& act) override;

  // provisioning_writes.cpp
  result<void> set_setting(std::string_view name, std::string_view value) override;
  result<tpp_id> add_tpp(const tpp& t, const origin& by) override;
  result<void> set_blocked(std::string_view username, bool blocked, const origin& by) override;
  result<void> set_secret(std::string_view username, const digest& secret,
                          const origin& by) override;
  result<void> set_organization(std::string_view username, std::string_view organization,
                                const origin& by) override;
  result<psu_id> add_psu(const psu& p, const origin& by) override;
  result<flag> use_totp_step(psu_id p, std::int64_t step) override;
  result<void> put_account(const account_import& a) override;

  // enrolments.cpp
  result<void> start_enrolment(const enrolment& e, const origin& by) override;
  result<flag> finish_enrolment(const digest& handle, std::int64_t step, const origin& by) override;

  // authorization_writes.cpp
  result<std::int64_t> add_authorization(const authorization& a, timestamp now) override;
  result<consent_id> approve(const approval& a) override;
  result<void> deny(const digest& handle, const origin& by) override;

  // token_writes.cpp
  result<redeemed> redeem(const redemption& r) override;
  result<flag> end_consent(consent_id consent, end_reason reason, const origin& by) override;
  result<flag> revoke_token(const digest& token, timestamp now) override;
  result<std::optional<timestamp>> count_unattended_read(const unattended_read& r) override;
  result<void> note_uses(std::span<const consent_use> uses) override;
  result<std::size_t> purge(timestamp now, std::size_t limit) override;

  // refresh_writes.cpp
  result<rotated> rotate(const rotation& r) override;

  // event_writes.cpp
  result<flag> set_webhook(const webhook_setting& w, const origin& by) override;
  result<void> remove_webhook(std::string_view username, event_state left,
                              const origin& by) override;
  result<void> settle_deliveries(std::span<const delivery_outcome> outcomes,
                                 timestamp now) override;
  result<std::size_t> replay_events(std::string_view username, std::optional<std::int64_t> number,
                                    const origin& by) override;
  result<std::size_t> purge_events(timestamp until, std::size_t limit) override;

 private:
  sqlite_connection& db() { return reads_.connection(); }

  /// SQLite itself rolls back after some faults; what is written then would be a transaction of
  /// its own. Every write asks here first.
  result<void> require_transaction();
  /// Runs a function of several statements inside a savepoint: if it fails, none has happened.
  template <class callable>
  std::invoke_result_t<callable&> all_or_nothing(callable& work);
  void undo_function(const std::optional<audit_head>& former_head) noexcept;
  /// The same without a savepoint, which costs more than a statement and copies each page that is
  /// written inside. For a function whose first write is the only one that a constraint can refuse:
  /// what fails after that is a fault of the medium or of memory, and ends the transaction, so that
  /// nobody commits the half of it.
  template <class callable>
  std::invoke_result_t<callable&> first_write_decides(callable& work);

  /// What happens last in each function that does something: with it, it is done.
  result<void> append(const audit_act& act);
  result<audit_head> sealed_head();
  result<void> seal_audit();

  result<std::optional<tpp_id>> find_tpp_id(std::string_view username);
  result<std::optional<psu_id>> find_psu_id(std::string_view username);
  result<void> replace_balances(const account_import& a);
  result<request_record> find_decidable(const digest& handle, timestamp now);
  result<void> set_decided(const digest& handle, authorization::state decided);
  result<consent_id> insert_consent(const approval& a, const request_record& asked);
  result<void> insert_token(const digest& token, const grant& granted,
                            const std::optional<digest>& bound_to);
  result<void> keep_tokens(const redemption& r, const redeemed& done);
  result<void> check_new_family(const refresh_digests& r);
  result<void> insert_family(const refresh_digests& r, const grant& granted);
  result<void> replace_newest(const rotation& r, const grant& granted);
  result<void> make_removable(consent_id consent, timestamp now);
  result<named_consent> name_consent(consent_id consent);
  result<void> record_expiry(consent_id consent, timestamp now);
  result<std::int64_t> purge_codes(timestamp now, std::int64_t limit);
  /// An event of the consent's TPP, with the TPP's next number.
  result<void> append_event(consent_id consent, event_type type, timestamp now);
  result<void> append_end(consent_id consent, bool had_token, timestamp now);
  result<void> make_due(tpp_id tpp, timestamp now);
  result<void> move_webhook(tpp_id tpp, const std::string& url, timestamp now);
  result<void> settle(const delivery_outcome& o, timestamp now);
  result<flag> is_live(consent_id consent, timestamp now);
  result<void> pull_from_future(const unattended_read& r);
  result<std::optional<timestamp>> unattended_pause_of(const unattended_read& r);
  result<void> insert_unattended_read(const unattended_read& r);

  bool marked_ = false;
  bool broken_ =
      false;  // a rollback failed: nothing may be written or committed until one does not
  std::optional<audit_chain> chain_;  // with the key, once it was given
  audit_head committed_head_;         // the last that a commit of this session sealed
  std::optional<audit_head> head_;    // in this transaction; nullopt: not looked at yet
  std::optional<audit_head> head_at_mark_;
  change_set changes_;
};

template <class callable>
std::invoke_result_t<callable&> sqlite_writer::all_or_nothing(callable& work) {
  if (auto open = require_transaction(); !open) return open.error();
  if (auto saved = db().run("SAVEPOINT function"); !saved) return saved.error();
  const auto head = head_;
  try {
    auto outcome = work();
    if (!outcome) {
      undo_function(head);
    } else if (auto released = db().run("RELEASE function"); !released) {
      rollback();
      return released.error();
    }
    return outcome;
  } catch (...) {
    undo_function(head);
    throw;
  }
}

template <class callable>
std::invoke_result_t<callable&> sqlite_writer::first_write_decides(callable& work) {
  if (auto open = require_transaction(); !open) return open.error();
  const std::int64_t before = db().rows_ever_changed();
  try {
    auto outcome = work();
    // A fault of the store may have left half of a statement: SQLite undoes most, not all, of them.
    const bool fault = !outcome && outcome.error().code == errc::unavailable;
    if (fault || (!outcome && db().rows_ever_changed() != before)) rollback();
    return outcome;
  } catch (...) {
    rollback();
    throw;
  }
}

}  // namespace multipass
