// A store of settings and consents whose transactions are written down and fail on command: what
// the store pool needs to be seen through. Setting values is its only write besides ending
// consents.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "support/refusing_session.hpp"

namespace multipass::testing {

class scripted_store final : public store {
 public:
  using values = std::map<std::string, std::string, std::less<>>;

  // What goes wrong from now on. Any thread.
  std::atomic<bool> no_begin{false}, no_commit{false}, no_undo{false}, no_read{false};
  // What another process has committed so far.
  std::atomic<std::int64_t> foreign{0};

  /// "begin mark commit " and so on, since the last call.
  std::string take_log() {
    const std::lock_guard lock(mutex_);
    return std::exchange(log_, {});
  }
  values committed() const {
    const std::lock_guard lock(mutex_);
    return committed_;
  }

  result<std::unique_ptr<store_reader>> open_reader() override {
    return std::make_unique<reading>(*this);
  }
  result<std::unique_ptr<store_writer>> open_writer() override {
    return std::make_unique<writing>(*this);
  }

 private:
  class reading final : public refusing_reader {
   public:
    explicit reading(scripted_store& home) : home_(home) {}
    result<std::optional<std::string>> setting(std::string_view name) override {
      if (home_.no_read) return fail(errc::unavailable, "The disk cannot be read");
      const auto all = home_.committed();
      const auto found = all.find(name);
      return found == all.end() ? std::nullopt : std::optional(found->second);
    }

   private:
    scripted_store& home_;
  };

  class writing final : public refusing_writer {
   public:
    explicit writing(scripted_store& home) : home_(home) {}

    result<void> begin() override {
      home_.log("begin");
      if (home_.no_begin) return fail(errc::unavailable, "The database is locked");
      pending_ = home_.committed();
      return {};
    }
    result<void> commit() override {
      home_.log("commit");
      if (home_.no_commit) return fail(errc::unavailable, "The disk is full");
      const std::lock_guard lock(home_.mutex_);
      home_.committed_ = pending_;
      return {};
    }
    void rollback() noexcept override { home_.log("rollback"); }
    result<void> mark() override {
      home_.log("mark");
      marked_ = pending_;
      return {};
    }
    result<void> undo_to_mark() override {
      home_.log("undo");
      if (home_.no_undo) return fail(errc::unavailable, "The transaction is gone");
      pending_ = marked_;
      return {};
    }
    change_set take_changes() override { return std::exchange(changes_, {}); }
    result<std::int64_t> foreign_changes() override { return home_.foreign.load(); }
    result<void> set_setting(std::string_view name, std::string_view value) override {
      pending_.insert_or_assign(std::string(name), std::string(value));
      return {};
    }
    result<std::optional<std::string>> setting(std::string_view name) override {
      const auto found = pending_.find(name);
      return found == pending_.end() ? std::nullopt : std::optional(found->second);
    }
    result<flag> end_consent(consent_id consent, end_reason, const origin&) override {
      changes_.consents.push_back(consent);
      return true;
    }

   private:
    scripted_store& home_;
    values pending_, marked_;
    change_set changes_;
  };

  void log(const char* step) noexcept {
    const std::lock_guard lock(mutex_);
    log_.append(step).append(" ");
  }

  mutable std::mutex mutex_;
  values committed_;
  std::string log_;
};

}  // namespace multipass::testing
