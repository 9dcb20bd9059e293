// How many deliveries may be under way at once, to all TPPs together: each has a connection, and
// the process only so many descriptors. Lanes that find no place wait in line.
//
// Belongs to the dispatcher's event loop.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

namespace multipass {

class delivery_places {
 public:
  explicit delivery_places(std::size_t most) : most_(most) {}

  std::size_t free() const { return most_ - taken_; }
  /// Those for TPPs that have one already: half of all is kept for the others.
  std::size_t spare() const { return free() > most_ / 2 ? free() - most_ / 2 : 0; }

  /// One of those that are free, for as long as it lives.
  class place {
   public:
    explicit place(delivery_places& all) : all_(all) { ++all_.taken_; }
    ~place() { --all_.taken_; }
    place(const place&) = delete;
    place& operator=(const place&) = delete;

   private:
    delivery_places& all_;
  };

  /// `ring` says whether there was anybody left to be rung.
  void wait(std::function<bool()> ring) { waiting_.push_back(std::move(ring)); }
  /// Rings the first in line if there is a place. To be called whenever one may have become free.
  void call_next() {
    bool rung = false;
    while (!rung && free() > 0 && !waiting_.empty()) {
      const auto ring = std::move(waiting_.front());
      waiting_.pop_front();
      rung = ring();
    }
  }

 private:
  const std::size_t most_;
  std::size_t taken_ = 0;
  std::deque<std::function<bool()>> waiting_;
};

}  // namespace multipass
