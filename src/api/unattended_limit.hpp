// How often a TPP may read accounts while the PSU is not there: "no more than four times in a
// 24-hour period" (RTS, Art. 36(5)(b)), counted per consent, endpoint and account. A TPP says that
// the PSU is there by the PSU's address in PSU-IP-Address; what is no address says nothing.
//
// Off by default, and then one comparison. A read that counts is durable before it is answered, so
// it costs a write; the reads of PSUs who are there cost the reading of the address.
//
// Thread safety: any event loop may call.
#pragma once

#include <cstddef>

#include "api/account_view.hpp"
#include "base/task.hpp"
#include "http/endpoint.hpp"
#include "metrics/auth_metrics.hpp"
#include "multipass/clock.hpp"
#include "store/store_pool.hpp"

namespace multipass {

class unattended_limit {
 public:
  /// `most` in any 24 hours; 0: no limit. All must outlive this.
  unattended_limit(std::size_t most, store_pool& pool, const clock& wall)
      : most_(most), pool_(pool), wall_(wall) {}

  /// Whether this request is one of those that are limited.
  bool counts(const request& in) const noexcept {
    return most_ != 0 && !is_psu_address(in.psu_ip_address);
  }

  /// Counts a read that is about to be answered with 200. False: it must not be, and x is answered,
  /// with 429 when there were too many.
  task<bool> admit(exchange& x, consent_id consent, account_question q,
                   auth_metrics& metrics) const;

 private:
  static bool is_psu_address(std::string_view text) noexcept;
  void refuse(exchange& x, const account_question& q, timestamp now, timestamp next) const;

  std::size_t most_;
  store_pool& pool_;
  const clock& wall_;
};

}  // namespace multipass
