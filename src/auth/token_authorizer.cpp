#include "auth/token_authorizer.hpp"

#include "auth/bearer.hpp"

namespace multipass {
namespace {

// A token that can never be used again is kept too, so that a flood of it does not reach the store.
// It is marked by an end of life at the epoch. (A blocked TPP's tokens as well: unblocking advances
// the change clock, which makes the mark stale.) The other mark is for who does not present the
// certificate that a live token needs. Neither is a time at which a token could have ended.
constexpr timestamp dead{};
constexpr timestamp elsewhere{std::chrono::seconds{1}};

// Where no scope is asked for, insufficient_scope is as good as granted.
constexpr scope any_scope = scope::account_list;

bool is_live(const decision& d) noexcept {
  return d.outcome == verdict::granted || d.outcome == verdict::insufficient_scope;
}

bool is_refusal(const grant& g) noexcept {
  return g.expires_at <= elsewhere;
}

bool needs_certificate(const token_record& r) noexcept {
  return r.certificate || !r.organization.empty();
}

// A bound token goes with its certificate: that this bears its TPP's organization and has the role
// was seen to when it was issued, and the store lets no organization take another's place. A token
// from before its TPP was bound goes with any certificate of that TPP.
bool goes_with(const token_record& r, const tpp_certificate* shown) noexcept {
  if (!needs_certificate(r)) return true;
  if (shown == nullptr) return false;
  if (r.certificate) return *r.certificate == shown->thumbprint;
  return shown->organization == r.organization && shown->account_information;
}

// An embedder tells no organization, and so is refused where that decides. This is not kept: the
// gateway's own endpoints may know the same certificate to be good.
bool can_tell(const token_record& r, const tpp_certificate* shown) noexcept {
  return r.certificate || r.organization.empty() || shown == nullptr ||
         !shown->organization.empty();
}

// What an embedder tells of a certificate.
tpp_certificate known_by(const digest& thumbprint, const server_key& key) noexcept {
  tpp_certificate c;
  c.thumbprint = thumbprint;
  c.mask = key.mask_of(thumbprint);
  return c;
}

}  // namespace

digest token_authorizer::key_of(const digest& token, const tpp_certificate* shown) noexcept {
  digest key = token;
  if (shown == nullptr) return key;
  for (std::size_t i = 0; i < key.bytes.size(); ++i) key.bytes[i] ^= shown->mask.bytes[i];
  return key;
}

// First as the holder of this certificate, then as anybody. But that somebody without it was
// refused says nothing of its holder.
[[gnu::noinline]] std::optional<grant> token_authorizer::find_with(
    const digest& token, const tpp_certificate& shown) const noexcept {
  if (const auto own = cache_.find(key_of(token, &shown))) return own;
  const auto anybodys = cache_.find(token);
  if (anybodys && is_refusal(*anybodys)) return std::nullopt;
  return anybodys;
}

decision token_authorizer::judge(const grant& g, scope needed) const noexcept {
  if (is_refusal(g)) {
    return {g.expires_at == dead ? verdict::unknown : verdict::other_certificate, {}};
  }
  if (clock_.now() >= g.expires_at) return {verdict::expired, {}};
  if (!g.scopes.contains(needed)) return {verdict::insufficient_scope, g};
  return {verdict::granted, g};
}

std::optional<decision> token_authorizer::look_up(std::string_view authorization, scope needed,
                                                  const tpp_certificate* shown,
                                                  auth_metrics& counts) const noexcept {
  const auto presented = parse_bearer(authorization);
  if (presented.problem != verdict::granted) return decision{presented.problem, {}};
  const auto token = sha256(presented.token);
  if (const auto kept = shown == nullptr ? cache_.find(token) : find_with(token, *shown)) {
    count(counts.hits);
    return judge(*kept, needed);
  }
  if (!key_.may_be_token(presented.token)) {
    count(counts.forged);
    return decision{verdict::unknown, {}};
  }
  count(counts.misses);
  return std::nullopt;
}

std::optional<decision> token_authorizer::decide_from_cache(
    std::string_view authorization, scope needed, const digest* certificate) const noexcept {
  auth_metrics uncounted;
  if (certificate == nullptr) return look_up(authorization, needed, nullptr, uncounted);
  const auto shown = known_by(*certificate, key_);
  return look_up(authorization, needed, &shown, uncounted);
}

decision token_authorizer::judge_record(const digest& token, const tpp_certificate* shown,
                                        const result<std::optional<token_record>>& found,
                                        scope needed, change_clock::stamp before) noexcept {
  if (!found) return {verdict::unavailable, {}};
  // Not there any more, since its check characters are right. Any ids do: it never comes back.
  grant g{consent_id{1}, tpp_id{1}, {}, dead};
  if (*found) g = (*found)->granted;
  if (*found && ((*found)->ended || (*found)->blocked)) {
    g.expires_at = dead;
  } else if (*found && !goes_with(**found, shown)) {
    g.expires_at = elsewhere;
  }
  const bool anybodys = !is_refusal(g) && !needs_certificate(**found);
  if (!*found || can_tell(**found, shown)) {
    cache_.insert(key_of(token, anybodys ? nullptr : shown), g, before);
  }
  return judge(g, needed);
}

task<decision> token_authorizer::decide_from_store(std::string_view authorization, scope needed,
                                                   const tpp_certificate* shown) {
  const auto token = sha256(parse_bearer(authorization).token);
  const auto before = changes_.now();
  auto find = [token](store_reader& s) { return s.find_token(token); };
  const auto found = co_await pool_.read(find);
  co_return judge_record(token, shown, found, needed, before);
}

std::optional<token_standing> token_authorizer::look_up_standing(
    std::string_view token) const noexcept {
  if (const auto kept = cache_.find(sha256(token))) {
    if (kept->expires_at == elsewhere) return std::nullopt;
    return token_standing{is_live(judge(*kept, any_scope)), *kept, std::nullopt};
  }
  if (!key_.may_be_token(token)) return token_standing{};
  return std::nullopt;
}

// Kept for who comes without a certificate, as any decision from the store is.
task<result<token_standing>> token_authorizer::read_standing(std::string_view token) {
  const auto presented = sha256(token);
  const auto before = changes_.now();
  auto find = [presented](store_reader& s) { return s.find_token(presented); };
  const auto found = co_await pool_.read(find);
  if (!found) co_return found.error();
  const auto decided = judge_record(presented, nullptr, found, any_scope, before);
  if (is_live(decided)) co_return token_standing{true, decided.granted, std::nullopt};
  if (decided.outcome != verdict::other_certificate) co_return token_standing{};
  const token_record& bound = **found;
  const bool live = bound.certificate && clock_.now() < bound.granted.expires_at;
  co_return token_standing{live, bound.granted, bound.certificate};
}

decision token_authorizer::decide(std::string_view authorization, scope needed,
                                  const digest* certificate) {
  if (const auto known = decide_from_cache(authorization, needed, certificate)) return *known;
  tpp_certificate shown;
  if (certificate != nullptr) shown = known_by(*certificate, key_);
  const auto token = sha256(parse_bearer(authorization).token);
  const auto before = changes_.now();
  const auto found = pool_.read_blocking([token](store_reader& s) { return s.find_token(token); });
  return judge_record(token, certificate != nullptr ? &shown : nullptr, found, needed, before);
}

}  // namespace multipass
