#include "load/recorder.hpp"

namespace multipass::load {

recorder::recorder(std::span<const request_class> classes, bool late_matters)
    : late_matters_(late_matters), warm_up_(classes.size()), measured_(classes.size()) {
  for (const auto& c : classes) expected_.push_back(c.expected);
}

void recorder::sent(const ticket& t, bool starved) noexcept {
  tally& to = of(t.intended);
  to.sent.add();
  if (late_matters_) (starved ? to.waited : to.late).record(t.sent - t.intended);
}

bool recorder::answered(const ticket& t, const answer& a, nanos now) noexcept {
  tally& to = of(t.intended);
  class_tally& c = to.by_class[t.request_class];
  c.latency.record(now - t.intended);
  c.answered.add();
  c.by_status[a.status].add();
  const bool as_expected = a.status == expected_[t.request_class];
  if (!as_expected) c.unexpected.add();
  if (&to == &measured_) to.last_answer.set(static_cast<std::uint64_t>(now - measure_from_));
  return as_expected;
}

void recorder::lost(const ticket& t, loss why, nanos now) noexcept {
  tally& to = of(t.intended);
  to.lost[static_cast<std::size_t>(why)].add();
  // It would have taken longer still: leaving it out would make a stalled server look fast.
  if (why == loss::timeout) to.by_class[t.request_class].latency.record(now - t.intended);
}

void recorder::unsent(nanos intended, nanos now) noexcept {
  of(intended).unsent.record(now - intended);
}

}  // namespace multipass::load
