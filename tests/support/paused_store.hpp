// The SQLite store with one read held back: it has its answer and does not return yet, while the
// test changes what was read. That is the moment in which a cache could be filled with the past.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "multipass/store.hpp"
#include "store/reading_session.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_reads.hpp"
#include "store/sqlite_store.hpp"

namespace multipass::testing {

/// Holds one passer-by, once asked to.
class gate {
 public:
  void hold_next() {
    const std::lock_guard lock(mutex_);
    next_ = true;
  }
  /// Until somebody stands here.
  void wait_until_held() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return held_; });
  }
  void release() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    if (!std::exchange(next_, false)) return;
    held_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool next_ = false;
  bool held_ = false;
};

class paused_store final : public store {
 public:
  explicit paused_store(const std::string& path)
      : path_(path), writing_(sqlite_store::open(path).value()) {}

  gate tokens;    ///< behind find_token
  gate accounts;  ///< behind accounts_of

  result<std::unique_ptr<store_reader>> open_reader() override {
    auto db = sqlite_connection::open(path_, sqlite_connection::access::read_only);
    if (!db) return db.error();
    return std::make_unique<reader>(paused_reads(std::move(*db), *this));
  }
  result<std::unique_ptr<store_writer>> open_writer() override { return writing_->open_writer(); }

 private:
  class paused_reads : public sqlite_reads {
   public:
    paused_reads(std::unique_ptr<sqlite_connection> db, paused_store& owner)
        : sqlite_reads(std::move(db)), owner_(&owner) {}
    result<std::optional<token_record>> find_token(const digest& token) {
      auto found = sqlite_reads::find_token(token);
      owner_->tokens.pass();
      return found;
    }
    result<std::vector<account>> accounts_of(std::string_view psu) {
      auto found = sqlite_reads::accounts_of(psu);
      owner_->accounts.pass();
      return found;
    }

   private:
    paused_store* owner_;
  };
  using reader = reading_session<store_reader, paused_reads>;

  std::string path_;
  std::unique_ptr<sqlite_store> writing_;
};

}  // namespace multipass::testing
