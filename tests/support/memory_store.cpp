#include "support/memory_store.hpp"

#include <utility>

#include "support/memory_state.hpp"
#include "support/memory_writer.hpp"

namespace multipass::testing {

committed_state::committed_state() : state_(std::make_shared<memory_state>()) {}

std::shared_ptr<const memory_state> committed_state::get() const {
  const std::lock_guard lock(guard_);
  return state_;
}

void committed_state::set(std::shared_ptr<const memory_state> next) {
  const std::lock_guard lock(guard_);
  state_ = std::move(next);
}

result<std::unique_ptr<store_reader>> memory_store::open_reader() {
  return std::make_unique<memory_reader>(memory_reads([this] { return committed_.get(); }));
}

result<std::unique_ptr<store_writer>> memory_store::open_writer() {
  // Pairs with the release in ~memory_writer.
  if (writer_open_.test_and_set(std::memory_order_acquire)) {
    return fail(errc::conflict, "The store has its one writer open already");
  }
  return std::make_unique<memory_writer>(committed_, writer_open_);
}

}  // namespace multipass::testing
