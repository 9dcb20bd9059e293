#include "support/memory_writer.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace multipass::testing {
namespace {

error unknown(std::string_view what) {
  return fail(errc::not_found, "There is no " + std::string(what));
}

error taken(std::string_view what) {
  return fail(errc::conflict, "There is a " + std::string(what) + " already");
}

template <class id>
id next_id(std::size_t count) {
  return id{static_cast<std::int64_t>(count) + 1};
}

}  // namespace

memory_writer::memory_writer(committed_state& committed, std::atomic_flag& open)
    : reading_session(memory_reads([this] { return working_ ? working_ : committed_.get(); })),
      committed_(committed),
      open_(open) {}

// Pairs with the acquire in memory_store::open_writer.
memory_writer::~memory_writer() {
  open_.clear(std::memory_order_release);
}

result<void> memory_writer::require_transaction() const {
  if (working_) return {};
  return fail(errc::unavailable, "There is no open transaction");
}

result<void> memory_writer::begin() {
  if (working_) return fail(errc::conflict, "A transaction is open already");
  working_ = std::make_shared<memory_state>(*committed_.get());
  return {};
}

result<void> memory_writer::commit() {
  if (auto open = require_transaction(); !open) return open;
  committed_.set(std::exchange(working_, nullptr));
  marked_.reset();
  return {};
}

void memory_writer::rollback() noexcept {
  working_.reset();
  marked_.reset();
}

result<void> memory_writer::mark() {
  if (auto open = require_transaction(); !open) return open;
  marked_ = *working_;
  return {};
}

result<void> memory_writer::undo_to_mark() {
  if (auto open = require_transaction(); !open) return open;
  if (!marked_) return fail(errc::conflict, "There is no mark to return to");
  *working_ = *marked_;
  return {};
}

change_set memory_writer::take_changes() {
  return std::exchange(changes_, {});
}

result<void> memory_writer::set_setting(std::string_view name, std::string_view value) {
  if (auto open = require_transaction(); !open) return open;
  working_->settings.insert_or_assign(std::string(name), std::string(value));
  return {};
}

result<void> memory_writer::record(const audit_act& act) {
  if (auto open = require_transaction(); !open) return open;
  working_->acts.push_back(act);
  return {};
}

result<tpp_id> memory_writer::add_tpp(const tpp& t, const origin& by) {
  if (auto open = require_transaction(); !open) return open.error();
  if (working_->tpp_named(t.username) != nullptr) return taken("TPP of this name");
  tpp kept = t;
  kept.id = next_id<tpp_id>(working_->tpps.size());
  working_->tpps.emplace(kept.id, kept);
  working_->acts.push_back(tpp_added(t, by));
  return kept.id;
}

result<tpp*> memory_writer::tpp_to_change(std::string_view username) {
  if (auto open = require_transaction(); !open) return open.error();
  const tpp* found = working_->tpp_named(username);
  if (found == nullptr) return unknown("TPP of this name");
  changes_.tpps.push_back(found->id);
  return &working_->tpps.at(found->id);
}

result<void> memory_writer::set_blocked(std::string_view username, bool blocked, const origin& by) {
  const auto found = tpp_to_change(username);
  if (!found) return found.error();
  (*found)->blocked = blocked;
  working_->acts.push_back(tpp_blocked(username, blocked, by));
  return {};
}

result<void> memory_writer::set_secret(std::string_view username, const digest& secret,
                                       const origin& by) {
  const auto found = tpp_to_change(username);
  if (!found) return found.error();
  (*found)->secret = secret;
  working_->acts.push_back(tpp_secret_changed(username, by));
  return {};
}

result<void> memory_writer::set_organization(std::string_view username,
                                             std::string_view organization, const origin& by) {
  const auto found = tpp_to_change(username);
  if (!found) return found.error();
  const auto own = [&](const auto& entry) { return entry.second.tpp == (*found)->id; };
  const bool had_consent = std::any_of(working_->consents.begin(), working_->consents.end(), own);
  auto allowed = check_rebinding((*found)->organization, organization, had_consent);
  if (!allowed) return allowed;
  (*found)->organization = organization;
  working_->acts.push_back(tpp_organization_changed(username, organization, by));
  return {};
}

result<psu_id> memory_writer::add_psu(const psu& p, const origin& by) {
  if (auto open = require_transaction(); !open) return open.error();
  if (working_->psu_named(p.username) != nullptr) return taken("PSU of this name");
  psu kept = p;
  kept.id = next_id<psu_id>(working_->psus.size());
  working_->psus.emplace(kept.id, kept);
  working_->acts.push_back(psu_added(p.username, by));
  return kept.id;
}

result<flag> memory_writer::use_totp_step(psu_id p, std::int64_t step) {
  if (auto open = require_transaction(); !open) return open.error();
  const auto found = working_->psus.find(p);
  if (found == working_->psus.end() || found->second.totp_step >= step) return false;
  found->second.totp_step = step;
  return true;
}

result<void> memory_writer::start_enrolment(const enrolment& e, const origin& by) {
  if (auto open = require_transaction(); !open) return open;
  if (working_->psu_named(e.psu_username) == nullptr) return unknown("PSU of this name");
  if (working_->enrolments.contains(e.handle)) return taken("link of this handle");
  std::erase_if(working_->enrolments, [&](const auto& entry) {
    return entry.second.psu_username == e.psu_username;
  });
  working_->enrolments.emplace(e.handle, e);
  working_->acts.push_back(enrolment_started(e.psu_username, e.expires_at, by));
  return {};
}

result<flag> memory_writer::finish_enrolment(const digest& handle, std::int64_t step,
                                             const origin& by) {
  if (auto open = require_transaction(); !open) return open.error();
  const auto found = working_->enrolments.find(handle);
  if (found == working_->enrolments.end() || by.now >= found->second.expires_at) return false;
  psu& owner = working_->psus.at(working_->psu_named(found->second.psu_username)->id);
  owner.totp_secret = found->second.totp_secret;
  owner.totp_step = step;
  working_->enrolments.erase(found);
  working_->acts.push_back(psu_enrolled(owner.username, by));
  return true;
}

result<void> memory_writer::put_account(const account_import& a) {
  if (auto open = require_transaction(); !open) return open;
  const psu* owner = working_->psu_named(a.psu);
  if (owner == nullptr) return unknown("PSU of this name");
  std::set<std::string> currencies;
  for (const money& balance : a.balances) {
    if (!currencies.insert(balance.currency).second) {
      return fail(errc::invalid_input, "Balance in " + balance.currency + " is given twice");
    }
  }
  const auto former = working_->accounts.find(a.value.id);
  if (former != working_->accounts.end()) {
    changes_.accounts.push_back(working_->psus.at(former->second.owner).username);
  }
  working_->accounts.insert_or_assign(a.value.id,
                                      memory_state::kept_account{owner->id, a.value, a.balances});
  changes_.accounts.push_back(a.psu);
  return {};
}

}  // namespace multipass::testing
