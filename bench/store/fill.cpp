#include "fill.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <span>
#include <vector>

#include "bank_rows.hpp"
#include "bulk_load.hpp"
#include "lists.hpp"
#include "progress.hpp"
#include "store/sqlite_store.hpp"

namespace bench {
namespace {

using namespace multipass;
using std::chrono::hours;

// Digests in place of random numbers: ascending, spread evenly as SHA-256 spreads them. For codes
// that are used up, whose texts nobody knows any more.
class ascending_digests {
 public:
  ascending_digests(std::size_t count, std::uint64_t seed)
      : stride_(~std::uint64_t{0} / (count + 1)), random_(seed) {}
  digest next() {
    digest d;
    std::uint64_t head = at_ + random_() % stride_;
    for (std::size_t i = 8; i-- > 0; head >>= 8) d.bytes[i] = static_cast<std::uint8_t>(head);
    for (std::size_t i = 8; i < d.bytes.size(); ++i) {
      d.bytes[i] = static_cast<std::uint8_t>(random_());
    }
    at_ += stride_;
    return d;
  }

 private:
  const std::uint64_t stride_;
  std::uint64_t at_ = 0;
  std::mt19937_64 random_;
};

// The consent with this id: consents are dealt to the PSUs in equal runs, and were granted one
// after the other, those of live tokens over the last 90 days of the 180 that a consent lives.
consent_row consent_number(std::int64_t id, const fill_options& o, timestamp now, bool expired) {
  const auto all = static_cast<std::int64_t>(o.tokens + o.expired + o.codes);
  const auto psu = (id - 1) * static_cast<std::int64_t>(o.psus) / all;
  const auto accounts = static_cast<std::int64_t>(o.accounts);
  const auto age = std::chrono::seconds(hours(24 * 90)) * (all - id) / all;
  const timestamp granted_at = now - age - hours(expired ? 24 * 180 + 1 : 0);
  return {.id = id,
          .owner = psu + 1,
          .first_account = first_account_id + psu * accounts,
          .accounts = accounts,
          .granted_at = granted_at,
          .expires_at = granted_at + hours(24 * 180)};
}

// Those before `from` are there.
void load_tokens(bulk_load& to, std::span<const digest> tokens, std::int64_t from,
                 const fill_options& o, timestamp now, bool expired) {
  ascending_digests used_codes(tokens.size(), static_cast<std::uint64_t>(from));
  progress shown(expired ? "expired tokens stored" : "tokens stored", tokens.size());
  std::int64_t id = from;
  for (const digest& token : tokens) {
    consent_row consent = consent_number(++id, o, now, expired);
    consent.redeemed = true;
    to.add(consent);
    to.add_code(used_codes.next(), consent, consent.granted_at + std::chrono::seconds(60));
    to.add_token(token, consent);
    if (id % 1024 == 0) shown.reached(static_cast<std::size_t>(id - from));
  }
  shown.reached(tokens.size());
}

void load_codes(bulk_load& to, std::vector<code_row>& rows, const fill_options& o, timestamp now) {
  for (const code_row& row : rows) to.add(consent_number(row.client_number, o, now, false));
  std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) { return a.code < b.code; });
  for (const code_row& row : rows) {
    to.add_code(row.code, consent_number(row.client_number, o, now, false), now + hours(1));
  }
}

// What a gateway would find.
void check_token(store& s, const digest& token, bool expired, timestamp now) {
  const auto found = must(must(s.open_reader())->find_token(token));
  const bool fits = found && !found->ended && !found->blocked &&
                    found->granted.scopes == scope_set::all() &&
                    (found->granted.expires_at <= now) == expired;
  if (!fits) throw std::runtime_error("the store does not find what was written");
}

}  // namespace

void fill(const fill_options& o) {
  const timestamp now = system_clock().now();
  const auto key = must(load_server_key(o.database.string() + ".key", true));
  const auto opened = must(sqlite_store::open(o.database));  // keeps others out until the end
  {
    const auto writer = must(opened->open_writer());
    writer->use_audit_key(key.audit_key());
    write_credentials(o, add_tpp(*writer, key));
    must(writer->begin());
    must(writer->set_setting("server-key-check", key.check_value()));
    must(writer->commit());
    add_psus(*writer, key, o);
  }
  auto live = make_tokens(key, o, false);
  auto expired = make_tokens(key, o, true);
  auto codes = make_codes(o);
  std::sort(live.begin(), live.end());
  std::sort(expired.begin(), expired.end());
  {
    bulk_load load(o.database);
    load_tokens(load, expired, 0, o, now, true);
    load_tokens(load, live, static_cast<std::int64_t>(expired.size()), o, now, false);
    load_codes(load, codes, o, now);
    load.finish(static_cast<std::int64_t>(live.size() + expired.size() + codes.size()));
  }
  for (const digest* const t : {&live.front(), &live.back()}) check_token(*opened, *t, false, now);
  if (!expired.empty()) check_token(*opened, expired.front(), true, now);
  if (codes.empty()) return;
  redemption first;
  first.code = codes.front().code;
  first.tpp_username = tpp_username;
  first.client_number = codes.front().client_number;
  first.now = now;
  const auto preview = must(must(opened->open_reader())->preview_redemption(first));
  if (preview.what != redeemed::outcome::issued) {
    throw std::runtime_error("the store does not find a code that was written");
  }
}

}  // namespace bench
