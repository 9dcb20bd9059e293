// The authorizer over token cache and store. A token is hashed, looked up, and judged: end of life
// and scope on every request, consent and TPP by the cache's stamps. What the cache does not know
// is asked of the store, unless the token's check characters say that it was never issued here.
//
// Thread-safe; see multipass/authorizer.hpp.
#pragma once

#include <optional>
#include <string_view>

#include "base/task.hpp"
#include "cache/token_cache.hpp"
#include "crypto/server_key.hpp"
#include "metrics/auth_metrics.hpp"
#include "multipass/authorizer.hpp"
#include "store/store_pool.hpp"

namespace multipass {

class token_authorizer final : public authorizer {
 public:
  /// All must outlive this.
  token_authorizer(token_cache& cache, const change_clock& changes, store_pool& pool,
                   const server_key& key, const clock& wall)
      : cache_(cache), changes_(changes), pool_(pool), key_(key), clock_(wall) {}

  std::optional<decision> decide_from_cache(std::string_view authorization,
                                            scope needed) const noexcept override;
  decision decide(std::string_view authorization, scope needed) override;

  /// decide_from_cache(), counted for the event loop that owns `counts`.
  std::optional<decision> look_up(std::string_view authorization, scope needed,
                                  auth_metrics& counts) const noexcept;
  /// What look_up() left open. Resumes on the caller's event loop.
  task<decision> decide_from_store(std::string_view authorization, scope needed);

  /// Keeps a grant just issued, so that its first use need not ask the store. `before` is the
  /// change clock's time from before the write.
  void remember(const digest& token, const grant& g, change_clock::stamp before) noexcept {
    cache_.insert(token, g, before);
  }

 private:
  decision judge(const grant& g, scope needed) const noexcept;
  decision judge_record(const digest& token, const result<std::optional<token_record>>& found,
                        scope needed, change_clock::stamp before) noexcept;

  token_cache& cache_;
  const change_clock& changes_;
  store_pool& pool_;
  const server_key& key_;
  const clock& clock_;
};

}  // namespace multipass
