// The authorizer over token cache and store. A token is hashed, looked up, and judged: end of life
// and scope on every request, consent and TPP by the cache's stamps. What the cache does not know
// is asked of the store, unless the token's check characters say that it was never issued here.
//
// A token that is bound to a certificate (RFC 8705) costs the cache no word more: it stands there
// under its digest XOR the certificate's mask, and so is found by nobody without that certificate.
// The mask is an HMAC under the server's own key, so that nobody can make a certificate whose mask
// turns one digest into another. Who comes without a certificate looks under the plain digest only,
// where no grant of a bound token ever stands. Refusals are remembered under the key of who was
// refused, and bind nobody else.
//
// Thread-safe; see multipass/authorizer.hpp.
#pragma once

#include <optional>
#include <string_view>

#include "auth/tpp_certificate.hpp"
#include "base/task.hpp"
#include "cache/token_cache.hpp"
#include "crypto/server_key.hpp"
#include "metrics/auth_metrics.hpp"
#include "multipass/authorizer.hpp"
#include "store/store_pool.hpp"

namespace multipass {

/// What a token allows, whoever presents it: what a resource server is told that checks a
/// certificate itself.
struct token_standing {
  bool live = false;
  grant granted{};  ///< when live
  /// When live: thumbprint of the certificate that the token goes with; none: anybody's.
  std::optional<digest> certificate{};
};

class token_authorizer final : public authorizer {
 public:
  /// All must outlive this.
  token_authorizer(token_cache& cache, const change_clock& changes, store_pool& pool,
                   const server_key& key, const clock& wall)
      : cache_(cache), changes_(changes), pool_(pool), key_(key), clock_(wall) {}

  std::optional<decision> decide_from_cache(std::string_view authorization, scope needed,
                                            const digest* certificate) const noexcept override;
  decision decide(std::string_view authorization, scope needed, const digest* certificate) override;

  /// decide_from_cache(), counted for the event loop that owns `counts`. `shown` is null when no
  /// certificate was presented.
  std::optional<decision> look_up(std::string_view authorization, scope needed,
                                  const tpp_certificate* shown,
                                  auth_metrics& counts) const noexcept;
  /// What look_up() left open. Resumes on the caller's event loop; `shown` lives until then.
  task<decision> decide_from_store(std::string_view authorization, scope needed,
                                   const tpp_certificate* shown);

  /// The standing of a token by its text, if memory knows. Allocates nothing. Memory does not know
  /// tokens that are bound to a certificate.
  std::optional<token_standing> look_up_standing(std::string_view token) const noexcept;
  /// What that left open. A token from before its TPP was bound to an organization goes with any
  /// certificate of it, which only we can tell: to others it is not live.
  task<result<token_standing>> read_standing(std::string_view token);

  /// Keeps a grant just issued, so that its first use need not ask the store. `before` is the
  /// change clock's time from before the write; `bound_to` the certificate the token is bound to,
  /// or null.
  void remember(const digest& token, const grant& g, change_clock::stamp before,
                const tpp_certificate* bound_to = nullptr) noexcept {
    cache_.insert(key_of(token, bound_to), g, before);
  }

 private:
  static digest key_of(const digest& token, const tpp_certificate* shown) noexcept;
  std::optional<grant> find_with(const digest& token, const tpp_certificate& shown) const noexcept;
  decision judge(const grant& g, scope needed) const noexcept;
  decision judge_record(const digest& token, const tpp_certificate* shown,
                        const result<std::optional<token_record>>& found, scope needed,
                        change_clock::stamp before) noexcept;

  token_cache& cache_;
  const change_clock& changes_;
  store_pool& pool_;
  const server_key& key_;
  const clock& clock_;
};

}  // namespace multipass
