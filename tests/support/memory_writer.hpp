// The writing session of a memory_store.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "store/audit_acts.hpp"
#include "store/decision.hpp"
#include "store/reading_session.hpp"
#include "support/memory_state.hpp"
#include "support/memory_store.hpp"

namespace multipass::testing {

using memory_reader = reading_session<store_reader, memory_reads>;

class memory_writer final : public reading_session<store_writer, memory_reads> {
 public:
  /// `open` is set, and cleared when this goes. Both must outlive it.
  memory_writer(committed_state& committed, std::atomic_flag& open);
  ~memory_writer() override;

  result<void> begin() override;
  result<void> commit() override;
  void rollback() noexcept override;
  result<void> mark() override;
  result<void> undo_to_mark() override;
  change_set take_changes() override;
  result<std::int64_t> foreign_changes() override { return 0; }

  result<void> set_setting(std::string_view name, std::string_view value) override;
  result<void> record(const audit_act& act) override;
  result<tpp_id> add_tpp(const tpp& t, const origin& by) override;
  result<void> set_blocked(std::string_view username, bool blocked, const origin& by) override;
  result<void> set_secret(std::string_view username, const digest& secret,
                          const origin& by) override;
  result<void> set_organization(std::string_view username, std::string_view organization,
                                const origin& by) override;
  result<psu_id> add_psu(const psu& p, const origin& by) override;
  result<flag> use_totp_step(psu_id p, std::int64_t step) override;
  result<void> put_account(const account_import& a) override;
  result<void> start_enrolment(const enrolment& e, const origin& by) override;
  result<flag> finish_enrolment(const digest& handle, std::int64_t step, const origin& by) override;

  result<std::int64_t> add_authorization(const authorization& a, timestamp now) override;
  result<consent_id> approve(const approval& a) override;
  result<void> deny(const digest& handle, const origin& by) override;

  result<redeemed> redeem(const redemption& r) override;
  result<rotated> rotate(const rotation& r) override;
  result<flag> end_consent(consent_id consent, end_reason reason, const origin& by) override;
  result<flag> revoke_token(const digest& token, timestamp now) override;
  result<std::optional<timestamp>> count_unattended_read(const unattended_read& r) override;
  result<void> note_uses(std::span<const consent_use> uses) override;
  result<std::size_t> purge(timestamp now, std::size_t limit) override;

  // memory_events.cpp
  result<flag> set_webhook(const webhook_setting& w, const origin& by) override;
  result<void> remove_webhook(std::string_view username, event_state left,
                              const origin& by) override;
  result<void> settle_deliveries(std::span<const delivery_outcome> outcomes,
                                 timestamp now) override;
  result<std::size_t> replay_events(std::string_view username, std::optional<std::int64_t> number,
                                    const origin& by) override;
  result<std::size_t> purge_events(timestamp until, std::size_t limit) override;

 private:
  void append_event(consent_id consent, event_type type, timestamp now);
  result<void> require_transaction() const;
  result<tpp*> tpp_to_change(std::string_view username);
  result<request_record> decidable(const digest& handle, timestamp now) const;
  bool matters_no_more(consent_id consent, timestamp now) const;
  named_consent name_of(consent_id consent) const;

  committed_state& committed_;
  std::atomic_flag& open_;
  std::shared_ptr<memory_state> working_;  // null without a transaction
  std::optional<memory_state> marked_;
  change_set changes_;
};

}  // namespace multipass::testing
