// A store in memory, for tests: the whole contract of store.hpp but durability. The committed state
// is immutable and shared, so readers see nothing else; the writer works on a copy of its own.
// Simple rather than fast: begin() and mark() copy everything.
//
// Thread safety: as the port says.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "multipass/store.hpp"

namespace multipass::testing {

struct memory_state;

/// The committed state, exchanged as a whole.
class committed_state {
 public:
  committed_state();
  std::shared_ptr<const memory_state> get() const;
  void set(std::shared_ptr<const memory_state> next);

 private:
  mutable std::mutex guard_;
  std::shared_ptr<const memory_state> state_;  // guarded by guard_
};

class memory_store final : public store {
 public:
  result<std::unique_ptr<store_reader>> open_reader() override;
  result<std::unique_ptr<store_writer>> open_writer() override;

 private:
  committed_state committed_;
  std::atomic_flag writer_open_;
};

}  // namespace multipass::testing
