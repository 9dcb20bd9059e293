#include "auth/token_authorizer.hpp"

#include "auth/bearer.hpp"

namespace multipass {
namespace {

// A token that can never be used again is kept too, so that a flood of it does not reach the store.
// It is marked by an end of life at the epoch. (A blocked TPP's tokens as well: unblocking advances
// the change clock, which makes the mark stale.)
constexpr timestamp dead{};

}  // namespace

decision token_authorizer::judge(const grant& g, scope needed) const noexcept {
  if (g.expires_at == dead) return {verdict::unknown, {}};
  if (clock_.now() >= g.expires_at) return {verdict::expired, {}};
  if (!g.scopes.contains(needed)) return {verdict::insufficient_scope, g};
  return {verdict::granted, g};
}

std::optional<decision> token_authorizer::look_up(std::string_view authorization, scope needed,
                                                  auth_metrics& counts) const noexcept {
  const auto presented = parse_bearer(authorization);
  if (presented.problem != verdict::granted) return decision{presented.problem, {}};
  if (const auto kept = cache_.find(sha256(presented.token))) {
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

std::optional<decision> token_authorizer::decide_from_cache(std::string_view authorization,
                                                            scope needed) const noexcept {
  auth_metrics uncounted;
  return look_up(authorization, needed, uncounted);
}

decision token_authorizer::judge_record(const digest& token,
                                        const result<std::optional<token_record>>& found,
                                        scope needed, change_clock::stamp before) noexcept {
  if (!found) return {verdict::unavailable, {}};
  // Not there any more, since its check characters are right. Any ids do: it never comes back.
  grant g{consent_id{1}, tpp_id{1}, {}, dead};
  if (*found) g = (*found)->granted;
  if (*found && ((*found)->ended || (*found)->blocked)) g.expires_at = dead;
  cache_.insert(token, g, before);
  return judge(g, needed);
}

task<decision> token_authorizer::decide_from_store(std::string_view authorization, scope needed) {
  const auto token = sha256(parse_bearer(authorization).token);
  const auto before = changes_.now();
  auto find = [token](store_reader& s) { return s.find_token(token); };
  const auto found = co_await pool_.read(find);
  co_return judge_record(token, found, needed, before);
}

decision token_authorizer::decide(std::string_view authorization, scope needed) {
  if (const auto known = decide_from_cache(authorization, needed)) return *known;
  const auto token = sha256(parse_bearer(authorization).token);
  const auto before = changes_.now();
  const auto found = pool_.read_blocking([token](store_reader& s) { return s.find_token(token); });
  return judge_record(token, found, needed, before);
}

}  // namespace multipass
