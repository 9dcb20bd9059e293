// Puts the read functions of one implementation behind the port: a reader and a writer answer reads
// alike, and the port's writer is not a class that an implementation's reader could be inherited
// by.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "multipass/store.hpp"

namespace multipass {

/// `port` is store_reader or store_writer; `reads` has the port's read functions, not virtual.
template <class port, class reads>
class reading_session : public port {
 public:
  explicit reading_session(reads r) : reads_(std::move(r)) {}

  result<std::vector<account>> accounts_of(std::string_view psu) override {
    return reads_.accounts_of(psu);
  }
  result<std::vector<money>> balances_of(std::string_view psu, account_id account) override {
    return reads_.balances_of(psu, account);
  }
  result<std::optional<tpp>> find_tpp(std::string_view username) override {
    return reads_.find_tpp(username);
  }
  result<std::vector<tpp>> list_tpps() override { return reads_.list_tpps(); }
  result<std::optional<psu>> find_psu(std::string_view username) override {
    return reads_.find_psu(username);
  }
  result<std::vector<psu>> list_psus() override { return reads_.list_psus(); }
  result<std::optional<authorization>> find_authorization(const digest& handle) override {
    return reads_.find_authorization(handle);
  }
  result<redemption_preview> preview_redemption(const redemption& r) override {
    return reads_.preview_redemption(r);
  }
  result<rotated> preview_rotation(const rotation& r) override {
    return reads_.preview_rotation(r);
  }
  result<std::optional<token_record>> find_token(const digest& token) override {
    return reads_.find_token(token);
  }
  result<std::optional<consent_view>> find_consent(consent_id consent) override {
    return reads_.find_consent(consent);
  }
  result<std::vector<consent>> list_consents(const consent_filter& filter) override {
    return reads_.list_consents(filter);
  }
  result<std::optional<authorization>> find_request_of(tpp_id tpp,
                                                       std::int64_t client_number) override {
    return reads_.find_request_of(tpp, client_number);
  }
  result<std::optional<consent>> find_consent_of(tpp_id tpp, std::int64_t client_number) override {
    return reads_.find_consent_of(tpp, client_number);
  }
  result<std::optional<enrolment>> find_enrolment(const digest& handle) override {
    return reads_.find_enrolment(handle);
  }
  result<std::optional<std::string>> setting(std::string_view name) override {
    return reads_.setting(name);
  }
  result<std::vector<audit_record>> list_audit(std::int64_t after, std::size_t limit) override {
    return reads_.list_audit(after, limit);
  }
  result<std::vector<event>> list_events(const event_filter& filter) override {
    return reads_.list_events(filter);
  }
  result<std::vector<webhook>> list_webhooks() override { return reads_.list_webhooks(); }
  result<std::vector<event_delivery>> next_deliveries(tpp_id tpp, std::size_t limit) override {
    return reads_.next_deliveries(tpp, limit);
  }
  result<std::vector<pending_count>> count_pending() override { return reads_.count_pending(); }

 protected:
  reads reads_;
};

}  // namespace multipass
