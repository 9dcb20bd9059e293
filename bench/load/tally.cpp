#include "load/tally.hpp"

namespace multipass::load {

void class_tally::add(const class_tally& other) noexcept {
  latency.add(other.latency);
  answered.add(other.answered.get());
  unexpected.add(other.unexpected.get());
  for (std::size_t s = 0; s < by_status.size(); ++s) by_status[s].add(other.by_status[s].get());
}

void tally::add(const tally& other) noexcept {
  for (std::size_t i = 0; i < by_class.size(); ++i) by_class[i].add(other.by_class[i]);
  sent.add(other.sent.get());
  for (std::size_t i = 0; i < lost.size(); ++i) lost[i].add(other.lost[i].get());
  unsent.add(other.unsent);
  late.add(other.late);
  waited.add(other.waited);
  last_answer.raise_to(other.last_answer.get());
  flows.add(other.flows);
  flows_failed.add(other.flows_failed.get());
}

std::uint64_t tally::answered() const noexcept {
  std::uint64_t n = 0;
  for (const auto& c : by_class) n += c.answered.get();
  return n;
}

std::uint64_t tally::unexpected() const noexcept {
  std::uint64_t n = 0;
  for (const auto& c : by_class) n += c.unexpected.get();
  return n;
}

std::uint64_t tally::lost_in_all() const noexcept {
  std::uint64_t n = 0;
  for (const auto& l : lost) n += l.get();
  return n;
}

histogram tally::latency() const {
  histogram all;
  for (const auto& c : by_class) all.add(c.latency);
  all.add(unsent);
  return all;
}

}  // namespace multipass::load
