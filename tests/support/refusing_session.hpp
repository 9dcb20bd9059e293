// Store sessions that refuse everything: a base for fakes that need a few functions only.
#pragma once

#include "multipass/store.hpp"

namespace multipass::testing {

inline error not_in_this_test() {
  return fail(errc::invalid_input, "Not part of this test");
}

template <class session>
class refusing_reads : public session {
 public:
  result<std::vector<account>> accounts_of(std::string_view) override { return not_in_this_test(); }
  result<std::vector<money>> balances_of(std::string_view, account_id) override {
    return not_in_this_test();
  }
  result<std::optional<tpp>> find_tpp(std::string_view) override { return not_in_this_test(); }
  result<std::vector<tpp>> list_tpps() override { return not_in_this_test(); }
  result<std::optional<psu>> find_psu(std::string_view) override { return not_in_this_test(); }
  result<std::vector<psu>> list_psus() override { return not_in_this_test(); }
  result<std::optional<authorization>> find_authorization(const digest&) override {
    return not_in_this_test();
  }
  result<redemption_preview> preview_redemption(const redemption&) override {
    return not_in_this_test();
  }
  result<rotated> preview_rotation(const rotation&) override { return not_in_this_test(); }
  result<std::optional<token_record>> find_token(const digest&) override {
    return not_in_this_test();
  }
  result<std::optional<consent_view>> find_consent(consent_id) override {
    return not_in_this_test();
  }
  result<std::vector<consent>> list_consents(const consent_filter&) override {
    return not_in_this_test();
  }
  result<std::optional<authorization>> find_request_of(tpp_id, std::int64_t) override {
    return not_in_this_test();
  }
  result<std::optional<consent>> find_consent_of(tpp_id, std::int64_t) override {
    return not_in_this_test();
  }
  result<std::optional<enrolment>> find_enrolment(const digest&) override {
    return not_in_this_test();
  }
  result<std::optional<std::string>> setting(std::string_view) override {
    return not_in_this_test();
  }
  result<std::vector<audit_record>> list_audit(std::int64_t, std::size_t) override {
    return not_in_this_test();
  }
  result<std::vector<event>> list_events(const event_filter&) override {
    return not_in_this_test();
  }
  result<std::vector<webhook>> list_webhooks() override { return not_in_this_test(); }
  result<std::vector<event_delivery>> next_deliveries(tpp_id, std::size_t) override {
    return not_in_this_test();
  }
  result<std::vector<pending_count>> count_pending() override { return not_in_this_test(); }
};

using refusing_reader = refusing_reads<store_reader>;

class refusing_writer : public refusing_reads<store_writer> {
 public:
  result<void> begin() override { return not_in_this_test(); }
  result<void> commit() override { return not_in_this_test(); }
  void rollback() noexcept override {}
  result<void> mark() override { return not_in_this_test(); }
  result<void> undo_to_mark() override { return not_in_this_test(); }
  change_set take_changes() override { return {}; }
  result<std::int64_t> foreign_changes() override { return not_in_this_test(); }
  result<void> set_setting(std::string_view, std::string_view) override {
    return not_in_this_test();
  }
  result<void> record(const audit_act&) override { return not_in_this_test(); }
  result<tpp_id> add_tpp(const tpp&, const origin&) override { return not_in_this_test(); }
  result<void> set_blocked(std::string_view, bool, const origin&) override {
    return not_in_this_test();
  }
  result<void> set_secret(std::string_view, const digest&, const origin&) override {
    return not_in_this_test();
  }
  result<void> set_organization(std::string_view, std::string_view, const origin&) override {
    return not_in_this_test();
  }
  result<psu_id> add_psu(const psu&, const origin&) override { return not_in_this_test(); }
  result<flag> use_totp_step(psu_id, std::int64_t) override { return not_in_this_test(); }
  result<void> put_account(const account_import&) override { return not_in_this_test(); }
  result<void> start_enrolment(const enrolment&, const origin&) override {
    return not_in_this_test();
  }
  result<flag> finish_enrolment(const digest&, std::int64_t, const origin&) override {
    return not_in_this_test();
  }
  result<std::int64_t> add_authorization(const authorization&, timestamp) override {
    return not_in_this_test();
  }
  result<consent_id> approve(const approval&) override { return not_in_this_test(); }
  result<void> deny(const digest&, const origin&) override { return not_in_this_test(); }
  result<redeemed> redeem(const redemption&) override { return not_in_this_test(); }
  result<rotated> rotate(const rotation&) override { return not_in_this_test(); }
  result<flag> end_consent(consent_id, end_reason, const origin&) override {
    return not_in_this_test();
  }
  result<flag> revoke_token(const digest&, timestamp) override { return not_in_this_test(); }
  result<std::optional<timestamp>> count_unattended_read(const unattended_read&) override {
    return not_in_this_test();
  }
  result<void> note_uses(std::span<const consent_use>) override { return not_in_this_test(); }
  result<std::size_t> purge(timestamp, std::size_t) override { return not_in_this_test(); }
  result<flag> set_webhook(const webhook_setting&, const origin&) override {
    return not_in_this_test();
  }
  result<void> remove_webhook(std::string_view, event_state, const origin&) override {
    return not_in_this_test();
  }
  result<void> settle_deliveries(std::span<const delivery_outcome>, timestamp) override {
    return not_in_this_test();
  }
  result<std::size_t> replay_events(std::string_view, std::optional<std::int64_t>,
                                    const origin&) override {
    return not_in_this_test();
  }
  result<std::size_t> purge_events(timestamp, std::size_t) override { return not_in_this_test(); }
};

}  // namespace multipass::testing
