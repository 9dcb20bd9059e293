#include "webhooks/attempt.hpp"

#include <algorithm>

#include "webhooks/retry_schedule.hpp"

namespace multipass {

attempt judge_answer(unsigned status, std::chrono::seconds retry_after) {
  using outcome = attempt::outcome;
  if (status >= 200 && status < 300) return {outcome::delivered, {}, {}};
  std::string error = "answered " + std::to_string(status);
  if (status == 410) return {outcome::gone, std::move(error), {}};
  if (status >= 300 && status < 400) error += ", and redirects are not followed";
  return {outcome::failed, std::move(error), retry_after};
}

delivery_outcome settle_attempt(const event& e, const attempt& tried, timestamp now,
                                std::chrono::seconds retry_for, std::uint32_t random) {
  delivery_outcome o{.tpp = e.tpp,
                     .number = e.number,
                     .consent = e.consent,
                     .state = event_state::delivered,
                     .due_at = now,
                     .error = tried.error};
  if (tried.what == attempt::outcome::delivered) return o;
  const auto asked = std::min(tried.retry_after, longest_retry_pause);
  o.due_at = now + std::max(retry_pause(e.attempts + 1, random), asked);
  const bool too_late = o.due_at >= e.pending_since + retry_for;
  const bool over = tried.what == attempt::outcome::gone || too_late;
  o.state = over ? event_state::dead : event_state::pending;
  return o;
}

}  // namespace multipass
