#include "base/worker_pool.hpp"

#include "base/thread_priority.hpp"

namespace multipass {

worker_pool::worker_pool(unsigned threads, std::size_t most_waiting) : queue_(most_waiting) {
  try {
    threads_.reserve(threads);
    while (threads_.size() < threads) threads_.emplace_back([this] { work(); });
  } catch (...) {
    stop();
    throw;
  }
}

worker_pool::~worker_pool() {
  stop();
}

void worker_pool::stop() noexcept {
  queue_.close();
  for (auto& t : threads_) t.join();
}

void worker_pool::work() {
  give_way();
  std::vector<job<>*> taken;
  while (queue_.take(taken, 1)) {
    for (job<>* const j : taken) {
      j->run();
      j->finish();
    }
  }
}

}  // namespace multipass
