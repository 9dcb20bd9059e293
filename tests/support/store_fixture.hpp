// One store of either implementation, with a writer, a reader and the way from a TPP to a token.
// Tests that take it as a template run over both: they are the contract of store.hpp.
#pragma once

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "multipass/store.hpp"
#include "store/sqlite_store.hpp"
#include "support/memory_store.hpp"
#include "support/temp_folder.hpp"

namespace multipass::testing {

/// The value, or a failed test that says why there is none.
template <class T>
T ok(result<T> r) {
  BOOST_REQUIRE_MESSAGE(r, r.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*r);
}

template <class T>
bool fails_with(const result<T>& r, errc code) {
  return !r && r.error().code == code && !r.error().message.empty();
}

inline digest numbered(unsigned n) {
  digest d;
  d.bytes[0] = static_cast<std::uint8_t>(n);
  d.bytes[1] = static_cast<std::uint8_t>(n >> 8U);
  d.bytes[31] = 0xff;
  return d;
}

/// Seconds after an arbitrary start of the test's time.
inline timestamp at(std::int64_t seconds) {
  return timestamp{std::chrono::seconds{1'700'000'000 + seconds}};
}

inline origin by_bank(timestamp now = at(0)) {
  return {"admin", now};
}

/// Acts can be kept.
inline std::unique_ptr<store_writer> with_audit_key(std::unique_ptr<store_writer> writer) {
  writer->use_audit_key(numbered(7));
  return writer;
}

struct memory_kind {
  memory_store opened;
  store& get() { return opened; }
};

struct sqlite_kind {
  temp_folder folder;
  std::unique_ptr<sqlite_store> opened = ok(sqlite_store::open(folder.file("test.db")));
  store& get() { return *opened; }
};

using store_kinds = std::tuple<memory_kind, sqlite_kind>;

inline tpp sample_tpp(std::string username) {
  return {.id = {},
          .username = std::move(username),
          .name = "Acme Ltd",
          .secret = numbered(900),
          .scopes = scope_set::all(),
          .redirect_uris = {"https://z.example/cb", "https://a.example/cb"}};
}

inline psu sample_psu(std::string username) {
  return {.id = {},
          .username = std::move(username),
          .name = "John Doe",
          .password_hash = "scrypt$...",
          .totp_secret = std::string("\0sealed\xff", 8),
          .totp_step = 0};
}

inline account_import sample_account(std::string psu, std::int64_t id) {
  return {std::move(psu),
          {account_id{id}, "John Doe", "GB01TCCL82495709311980", "EUR", "[]"},
          {{"EUR", 3040}, {"GBP", 42074}}};
}

template <class kind>
struct store_fixture {
  kind place;
  std::unique_ptr<store_reader> reader = ok(place.get().open_reader());
  std::unique_ptr<store_writer> writer = with_audit_key(ok(place.get().open_writer()));

  /// Runs `work` in a transaction of its own and commits it, whatever it returned.
  template <class callable>
  auto commit(callable work) {
    ok(writer->begin());
    auto outcome = work();
    ok(writer->commit());
    return outcome;
  }
};

/// The same with TPP "acme" and PSUs "john" and "jane", and an hour of everything to live.
template <class kind>
struct flow_fixture : store_fixture<kind> {
  using store_fixture<kind>::writer;
  tpp_id acme{};
  psu_id john{}, jane{};

  explicit flow_fixture(tpp client = sample_tpp("acme")) {
    ok(writer->begin());
    acme = ok(writer->add_tpp(client, by_bank()));
    john = ok(writer->add_psu(sample_psu("john"), by_bank()));
    jane = ok(writer->add_psu(sample_psu("jane"), by_bank()));
    ok(writer->commit());
  }

  authorization asking(unsigned handle) const {
    authorization a;
    a.handle = numbered(handle);
    a.tpp = acme;
    a.tpp_username = "acme";
    a.scopes = scope_set{scope::account_list, scope::account_details};
    a.redirect_uri = "https://a.example/cb";
    a.expires_at = at(1800);
    return a;
  }

  approval approving(unsigned handle, unsigned code) const {
    return {.handle = numbered(handle),
            .owner = john,
            .scopes = {scope::account_list},
            .accounts = {account_id{7}, account_id{9}},
            .code = numbered(code),
            .now = at(10),
            .code_expires_at = at(70),
            .consent_expires_at = at(3600),
            .actor = "psu:john"};
  }

  redemption redeeming(unsigned code, unsigned token, std::int64_t client_number = 1) const {
    return {.code = numbered(code),
            .tpp_username = "acme",
            .client_number = client_number,
            .secret = std::nullopt,
            .verifier_challenge = std::nullopt,
            .token = numbered(token),
            .now = at(20),
            .token_expires_at = at(7200)};
  }

  /// Handle 1, code 2: an approved authorization.
  consent_id approved(std::string code_challenge = "") {
    authorization a = asking(1);
    a.code_challenge = std::move(code_challenge);
    ok(writer->begin());
    ok(writer->add_authorization(a, at(0)));
    const auto consent = ok(writer->approve(approving(1, 2)));
    ok(writer->commit());
    return consent;
  }

  /// A reader knows beforehand whether it will be refused.
  redeemed redeem(const redemption& r) {
    const auto foreseen = ok(this->reader->preview_redemption(r)).what;
    const redeemed done = ok(this->commit([&] { return writer->redeem(r); }));
    BOOST_TEST((foreseen == done.what));
    return done;
  }

  /// Handle 1, code 2, token 3: a live token.
  consent_id issued() {
    const auto consent = approved();
    BOOST_REQUIRE(redeem(redeeming(2, 3)).what == redeemed::outcome::issued);
    writer->take_changes();
    return consent;
  }
};

}  // namespace multipass::testing
