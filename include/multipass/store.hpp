// Port: where TPPs, PSUs, authorizations, consents and tokens are kept.
//
// It is synchronous and knows no event loop. A session (reader or writer) belongs to one thread,
// the one that uses it; sessions of one store run in parallel. The gateway opens several readers
// and exactly one writer. A failure of the medium is errc::unavailable, with the reason; after it
// the session stays usable, so that work resumes when the cause has gone away.
//
// Time is always passed in, in whole seconds, and every limit is exclusive: a token, code, consent
// or authorization is valid while now < expires_at; exactly at expires_at it is expired.
// Digests only: no function ever sees a token, code or handle in clear.
//
// What TPPs are told of, an event, is likewise kept by the function that makes it happen, in its
// transaction ("Event: <type>" says which): there is an event exactly if there is the change. The
// events of one consent are delivered in the order of their numbers, one at a time: of its pending
// ones at most one is due, the others wait (waits_for_earlier).
//
// Each act of a TPP, a PSU, the bank or the gateway is kept in the audit by the very function that
// does it, in its transaction: no caller can forget it, and what was undone has left no record. A
// store that an embedder brings has the audit that it keeps itself.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "multipass/account_source.hpp"
#include "multipass/audit.hpp"
#include "multipass/error.hpp"
#include "multipass/event.hpp"
#include "multipass/records.hpp"

namespace multipass {

/// A token as it is stored, with everything that can end it.
struct token_record {
  grant granted;
  bool ended = false;    ///< its consent ended (revoked, withdrawn, replayed)
  bool blocked = false;  ///< its TPP is blocked
  /// Thumbprint of the certificate it is bound to (RFC 8705, section 3), if it is.
  std::optional<digest> certificate{};
  std::string organization{};  ///< its TPP's, as of now
};

/// Who may see which accounts: the part of a consent that account endpoints need.
struct consent_view {
  psu_id owner{};
  std::string psu_username;
  std::vector<account_id> accounts;  ///< ascending
};

/// A PSU's decision to approve. `code` is the digest of the new authorization code.
struct approval {
  digest handle;
  psu_id owner{};
  scope_set scopes;                  ///< not empty, within what was asked
  std::vector<account_id> accounts;  ///< not empty, ascending, no duplicates
  digest code;
  timestamp now{};
  timestamp code_expires_at{};
  timestamp consent_expires_at{};
  std::string actor{};  ///< the PSU, or the bank's own frontend with the admin key
};

/// A refresh token as it is kept: digests of the part that is the same for the whole family, from
/// the code on, and of the whole text.
struct refresh_digests {
  digest family;
  digest token;
};

/// A code presented at the token endpoint, together with the token it is to become.
struct redemption {
  digest code;
  std::string tpp_username;                       ///< the two parts of clientId
  std::int64_t client_number = 0;                 ///< 0, when `authenticated`: any of the TPP's
  std::optional<digest> secret;                   ///< keyed hash of `secret`, if one was sent
  std::optional<std::string> verifier_challenge;  ///< base64url(SHA-256(code_verifier)), if sent
  digest token;
  timestamp now{};
  timestamp token_expires_at{};
  /// The TPP's certificate as it was presented: organization and thumbprint, if it has both and the
  /// role that tokens need.
  std::string organization{};
  std::optional<digest> certificate{};
  /// The refresh token to go with the token, should this end before the consent does.
  std::optional<refresh_digests> refresh{};
  /// The TPP has shown who it is, by secret or certificate: as good as `secret`.
  bool authenticated = false;
  /// When set, it must be the authorization's (RFC 6749, section 4.1.3).
  std::optional<std::string> redirect_uri{};
};

/// What redeem did. `replayed` has already ended the consent (RFC 6749, section 4.1.2).
struct redeemed {
  enum class outcome : std::uint8_t {
    issued,
    refused,
    replayed,
    uncertified,  ///< all is well but for the certificate, which is not the TPP's
  };
  outcome what = outcome::refused;
  grant granted{};                 ///< when issued; expires_at is the earlier of token and consent
  bool bound = false;              ///< when issued: to redemption::certificate
  bool refreshable = false;        ///< when issued: redemption::refresh was kept
  std::int64_t client_number = 0;  ///< when issued or replayed: n of the clientId
};

/// What can be said of a redemption without writing.
struct redemption_preview {
  redeemed::outcome what = redeemed::outcome::refused;
  tpp_id tpp{};  ///< whose code it is, unless refused
};

/// A refresh token presented at a token endpoint by an authenticated TPP, together with the pair of
/// tokens that takes its place.
struct rotation {
  refresh_digests presented;
  std::string tpp_username;        ///< the TPP that was authenticated
  std::int64_t client_number = 0;  ///< n of the clientId that it names; 0: any of its own
  timestamp now{};
  std::chrono::seconds grace{};  ///< so long the replaced token may be presented once more
  std::string organization{};    ///< these two as in redemption
  std::optional<digest> certificate{};
  digest successor;  ///< of the next refresh token of the family
  digest token;
  timestamp token_expires_at{};
  std::string sealed;  ///< the pair, readable for whoever has the presented token
};

/// What rotate did. `replayed` has already ended the consent (RFC 9700, section 4.14.2).
struct rotated {
  enum class outcome : std::uint8_t {
    refused,
    issued,    ///< the new pair is good, and nothing else of the family
    repeated,  ///< the pair that took the token's place a moment ago is still the one
    replayed,
  };
  outcome what = outcome::refused;
  grant granted{};       ///< of the access token; when refused, if it is another TPP's live one
  bool bound = false;    ///< when issued: to rotation::certificate
  std::string sealed{};  ///< when repeated: rotation::sealed of then
  std::int64_t client_number = 0;  ///< unless refused
};

/// A read of accounts in which the PSU had no part.
struct unattended_read {
  consent_id consent{};
  scope endpoint{};      ///< which account endpoint, by the scope it needs
  account_id account{};  ///< 0 for the list, which has none
  std::size_t most = 0;  ///< so many in any 24 hours, at least 1
  timestamp now{};
};

/// Selects consents; an empty name selects all.
struct consent_filter {
  std::string tpp_username;
  std::string psu_username;
  consent_id after{};  ///< only greater ids, for paging
  std::size_t limit = 100;
};

/// What a transaction changed that caches may hold. Written by the writer, read after the commit.
struct change_set {
  std::vector<consent_id> consents;   ///< ended
  std::vector<tpp_id> tpps;           ///< blocked, unblocked or otherwise changed
  std::vector<std::string> accounts;  ///< user names of PSUs whose accounts or balances changed
  std::vector<tpp_id> events{};       ///< TPPs with a webhook that have something new to be told
};

/// Reads. Each call sees a committed state at least as new as when the call began. It is also the
/// gateway's own account_source, though one confined to its thread: accounts ascend by id, balances
/// stand in import order.
class store_reader : public account_source {
 public:
  virtual result<std::optional<tpp>> find_tpp(std::string_view username) = 0;
  virtual result<std::vector<tpp>> list_tpps() = 0;
  virtual result<std::optional<psu>> find_psu(std::string_view username) = 0;
  virtual result<std::vector<psu>> list_psus() = 0;
  virtual result<std::optional<authorization>> find_authorization(const digest& handle) = 0;
  /// What store_writer::redeem(r) would do, without doing it: lets a flood of guesses, or of one
  /// TPP's requests, pass the writer by, and all refusals take as long.
  virtual result<redemption_preview> preview_redemption(const redemption& r) = 0;
  /// What store_writer::rotate(r) would do, without doing it: nothing but `presented`, the TPP, the
  /// times and the certificate is read. So floods and retries pass the writer by.
  virtual result<rotated> preview_rotation(const rotation& r) = 0;
  /// An expired or ended token is returned as it is, until it is purged.
  virtual result<std::optional<token_record>> find_token(const digest& token) = 0;
  /// Whether the consent has ended or expired does not matter here.
  virtual result<std::optional<consent_view>> find_consent(consent_id consent) = 0;
  /// Ascending by id, as are list_tpps and list_psus.
  virtual result<std::vector<consent>> list_consents(const consent_filter& filter) = 0;
  /// The request and the consent of a clientId, both by its TPP and number. Ask for the request
  /// first: one that is approved in between then shows as the consent. However many the TPP has,
  /// neither searches more than one.
  virtual result<std::optional<authorization>> find_request_of(tpp_id tpp,
                                                               std::int64_t client_number) = 0;
  virtual result<std::optional<consent>> find_consent_of(tpp_id tpp,
                                                         std::int64_t client_number) = 0;
  /// An expired one is returned as it is, until it is purged; a finished or replaced one never.
  virtual result<std::optional<enrolment>> find_enrolment(const digest& handle) = 0;
  /// For ever: the gateway learns of every change of its own store (change_set, foreign_changes).
  std::chrono::milliseconds may_keep_for() const override {
    return std::chrono::milliseconds::max();
  }
  /// A named value of the server's own, such as the check value of its key.
  virtual result<std::optional<std::string>> setting(std::string_view name) = 0;
  /// Up to `limit` records with greater ids than `after`, ascending. A store that keeps no audit
  /// has none.
  virtual result<std::vector<audit_record>> list_audit(std::int64_t after, std::size_t limit) = 0;

  /// Ascending by TPP and number. An event goes some time after it was recorded: see purge_events.
  virtual result<std::vector<event>> list_events(const event_filter& filter) = 0;
  /// Ascending by TPP.
  virtual result<std::vector<webhook>> list_webhooks() = 0;
  /// Up to `limit` pending events of the TPP that wait for no other, the one due first before the
  /// others: also those that are due only later.
  virtual result<std::vector<event_delivery>> next_deliveries(tpp_id tpp, std::size_t limit) = 0;
  /// For every TPP that has pending events.
  virtual result<std::vector<pending_count>> count_pending() = 0;
};

/// Writes. Nothing is durable before commit() returned success. Each function either does all it
/// says or nothing, and refuses with an error that says why: errc::unavailable outside a
/// transaction, errc::conflict for a digest that is there already. Its reads see its own writes.
class store_writer : public store_reader {
 public:
  /// errc::conflict when a transaction is open.
  virtual result<void> begin() = 0;
  /// A commit that fails has rolled back.
  virtual result<void> commit() = 0;
  /// Without a transaction, nothing.
  virtual void rollback() noexcept = 0;
  /// A point inside the transaction to which undo_to_mark() returns. One at a time: the latest.
  virtual result<void> mark() = 0;
  /// errc::conflict without a mark in this transaction. The mark stays.
  virtual result<void> undo_to_mark() = 0;

  /// Changes since the last call, for whoever keeps caches. May name more than was changed, such as
  /// what was rolled back.
  virtual change_set take_changes() = 0;
  /// Work that nobody should wait for, such as moving a log into place: called between
  /// transactions, when the jobs of the last one are answered.
  virtual void tidy() noexcept {}
  /// A number that changes when another process has committed to this database. Between
  /// transactions only.
  virtual result<std::int64_t> foreign_changes() = 0;

  /// The key of the audit's chain, from the server's own: given once, before the first act. A store
  /// whose audit needs none leaves it.
  virtual void use_audit_key(const digest&) {}
  /// Keeps an act that is no write of its own, such as a log-in, or sums up several writes, such as
  /// an import of accounts. Every other function below keeps its own: "Audit: <action>" says which.
  /// All that change something do, but set_setting, use_totp_step, put_account,
  /// count_unattended_read, settle_deliveries, purge_events and note_uses (which tells what a TPP
  /// read, not what anybody did to the bank's records; it comes late and in bulk, so a record of it
  /// would prove nothing). Any of them is errc::unavailable when the audit cannot be continued,
  /// because it was tampered with.
  virtual result<void> record(const audit_act& act) = 0;

  virtual result<void> set_setting(std::string_view name, std::string_view value) = 0;

  /// `t.id` is ignored. errc::conflict when the user name is taken. Audit: tpp_added.
  virtual result<tpp_id> add_tpp(const tpp& t, const origin& by) = 0;
  /// errc::not_found for an unknown user name. Setting what is already set is success. Audit:
  /// tpp_blocked, tpp_unblocked, tpp_secret_changed.
  virtual result<void> set_blocked(std::string_view username, bool blocked, const origin& by) = 0;
  virtual result<void> set_secret(std::string_view username, const digest& secret,
                                  const origin& by) = 0;
  /// Binds the TPP to an organization. errc::conflict when it is bound to another one and has had a
  /// consent: what PSUs granted to one organization does not pass to another. Audit:
  /// tpp_organization_changed.
  virtual result<void> set_organization(std::string_view username, std::string_view organization,
                                        const origin& by) = 0;

  /// `p.id` is ignored. errc::conflict when the user name is taken. Audit: psu_added.
  virtual result<psu_id> add_psu(const psu& p, const origin& by) = 0;
  /// Uses up a TOTP time step: false when this step or a later one was used before, or for an
  /// unknown PSU.
  virtual result<flag> use_totp_step(psu_id p, std::int64_t step) = 0;

  /// Files a link for a PSU, whose earlier one ends. errc::not_found for an unknown PSU. Audit:
  /// enrolment_started.
  virtual result<void> start_enrolment(const enrolment& e, const origin& by) = 0;
  /// Puts the new second factor in the place of the old one and ends the link. `step` is the time
  /// step of the code that proved it: used up, and the old factor's with it. False for an unknown,
  /// finished or expired link. Audit: psu_enrolled.
  virtual result<flag> finish_enrolment(const digest& handle, std::int64_t step,
                                        const origin& by) = 0;

  /// Adds the account or replaces it and its balances. errc::not_found for an unknown owner,
  /// errc::invalid_input for two balances in one currency.
  virtual result<void> put_account(const account_import& a) = 0;

  /// Files a request for consent; returns n of its clientId, counted per TPP from 1. Only the
  /// handle, tpp, scopes, redirect_uri, client_state, code_challenge, expires_at and standard are
  /// kept. Audited as its TPP's act if tpp_username is set, as nobody's known if it is not.
  /// errc::not_found for an unknown TPP, errc::forbidden when it is blocked. Audit:
  /// authorization_started.
  virtual result<std::int64_t> add_authorization(const authorization& a, timestamp now) = 0;
  /// Turns a pending authorization into a consent with a code. errc::not_found for an unknown
  /// handle or owner, errc::conflict when it is decided or expired, errc::forbidden when the TPP is
  /// blocked, errc::invalid_input for scopes or accounts other than `approval` says. Audit:
  /// consent_granted. Event: consent_granted.
  virtual result<consent_id> approve(const approval& a) = 0;
  /// Same errors as approve. Audit: consent_denied.
  virtual result<void> deny(const digest& handle, const origin& by) = 0;

  /// Redeems a code, once. Refused, with nothing changed: unknown or expired code, other client,
  /// consent ended, TPP blocked, secret or verifier missing where demanded or wrong, a verifier for
  /// a code without a challenge, or another redirect_uri. A used code with its own clientId, while
  /// its consent is live, is `replayed`, whatever else comes with it: the consent ends in the same
  /// transaction. A TPP with an organization needs a certificate that bears it, and its token is
  /// bound to that certificate; otherwise the token is bound to none. Audit: token_issued or
  /// code_replayed.
  virtual result<redeemed> redeem(const redemption& r) = 0;

  /// Puts a new pair of tokens in the place of the newest refresh token of a family. The access
  /// token of before keeps its own end. Refused, with nothing changed: unknown family, other TPP or
  /// client, consent ended or expired, TPP blocked, or the certificate that redeem would demand is
  /// missing. The token replaced last is `repeated` while now < its replacement + grace, with
  /// nothing changed. Any other of the family was used before: `replayed`, whether or not the TPP
  /// is blocked, and the consent ends in the same transaction. Audit: token_refreshed or
  /// refresh_replayed.
  virtual result<rotated> rotate(const rotation& r) = 0;

  /// Ends a consent; false when it had ended or expired before, or does not exist.
  /// errc::invalid_input for end_reason::none. Audit: consent_withdrawn, or the reason's. Event:
  /// consent_revoked, and token_revoked behind it if its code was redeemed.
  virtual result<flag> end_consent(consent_id consent, end_reason reason, const origin& by) = 0;
  /// Ends the consent of a live token; false when the token is unknown, expired or ended. Audit:
  /// token_revoked. Event: as end_consent.
  virtual result<flag> revoke_token(const digest& token, timestamp now) = 0;

  /// Counts the read if fewer than `most` of the same consent, endpoint and account were counted in
  /// the 24 hours before `now`, and returns nothing. Otherwise counts nothing and returns from when
  /// on the next is allowed, always later than `now`. A read counted with a later time than `now`,
  /// before the clock was put back, is one of the 24 hours; more than 24 hours later, as of now.
  /// errc::not_found when the consent has ended or expired. What was counted goes with the end of
  /// the consent.
  virtual result<std::optional<timestamp>> count_unattended_read(const unattended_read& r) = 0;

  /// Moves consent::last_used_at forward, never back; unknown consents are passed over. Whether
  /// they have ended meanwhile does not matter.
  virtual result<void> note_uses(std::span<const consent_use> uses) = 0;

  /// Deletes up to `limit` rows that can no longer matter: authorizations a day past their expiry,
  /// tokens, refresh tokens and codes of ended or expired consents, expired tokens and enrolments,
  /// unattended reads of a day ago, pairs sealed 10 minutes ago. Returns how many. Audit and event:
  /// consent_expired, once for each consent that it finds to have expired.
  virtual result<std::size_t> purge(timestamp now, std::size_t limit) = 0;

  /// Says where a TPP wants its events; what happens from now on is sent there. True when the
  /// secret given is in use now. errc::not_found for an unknown user name. Audit: webhook_set.
  virtual result<flag> set_webhook(const webhook_setting& w, const origin& by) = 0;
  /// From now on the TPP polls. Its pending events become `left`: kept or dead. errc::not_found for
  /// an unknown user name or when there is no webhook. Audit: webhook_removed.
  virtual result<void> remove_webhook(std::string_view username, event_state left,
                                      const origin& by) = 0;
  /// Keeps what became of deliveries. An event that is not pending any more stays as it is; one
  /// that is delivered or dead makes the next of its consent due.
  virtual result<void> settle_deliveries(std::span<const delivery_outcome> outcomes,
                                         timestamp now) = 0;
  /// Makes an event that is not pending so again, under its old number; without a number, all that
  /// are dead. Returns how many. errc::not_found for an unknown user name or number, errc::conflict
  /// when the TPP has no webhook. Audit: event_replayed.
  virtual result<std::size_t> replay_events(std::string_view username,
                                            std::optional<std::int64_t> number,
                                            const origin& by) = 0;
  /// Deletes up to `limit` events recorded until then, but none that is pending. Returns how many.
  virtual result<std::size_t> purge_events(timestamp until, std::size_t limit) = 0;
};

class store {
 public:
  virtual ~store() = default;
  /// Any thread. The session must not outlive the store.
  virtual result<std::unique_ptr<store_reader>> open_reader() = 0;
  /// At most one at a time; errc::conflict when there is one.
  virtual result<std::unique_ptr<store_writer>> open_writer() = 0;
};

}  // namespace multipass
