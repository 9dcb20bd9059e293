// Who has to wait before trying to log in again. Failed attempts are counted three ways:
//
//                                        locked out after           each further time for
//   a user name                          config::login_attempts     twice as long
//   a user name at one address           the same                   four times as long
//   an address, with whatever names      four times as many         twice as long
//
// The first lock-out lasts login_lockout, none longer than login_lockout_most. That a name is
// locked for everybody is the law: five failures in a row at most (RTS, Art. 4(3)(b)). So anybody
// can lock a PSU out. But the address that does it waits longer than the name is locked: one that
// goes on for ever keeps the name locked for a seventh of the time (with the defaults: 8 minutes of
// each hour), and its owner gets in between. Whoever has many addresses can keep it locked as long
// as he goes on: the price of a bound on how often a name can be guessed. An address stands for
// many people, of whom some mistype.
//
// Names count alike whether there is such a PSU or not. Failures are forgotten login_lockout_most
// after the first of them, and each such span without a lock-out makes the next one step shorter.
// A success clears the name, and takes from the address the failures of that name there (NIST SP
// 800-63B, section 5.2.2), not those of other names: who has an account of his own cannot wash
// others' away with it. IPv6 counts by /64, the least that one subscriber has.
//
// In memory only, and bounded: beyond `most_entries` the one that was tried longest ago is
// forgotten. Each failure costs a password hash, so flooding the table takes many minutes of the
// one hashing thread and more than a thousand addresses, and wins a few more guesses at a name that
// is forgotten by it. A restart forgets all.
//
// Time is monotonic and passed in: a jump of the wall clock unlocks nobody. Thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/networks.hpp"
#include "multipass/config.hpp"
#include "multipass/digest.hpp"

namespace multipass {

class login_lockout {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  enum class subject : std::uint8_t { name, name_at_address, address };
  static constexpr std::size_t subjects = 3;

  struct lock {
    subject of;
    std::chrono::seconds length;
  };

  /// One attempt to log in, from before the password is looked at to its outcome. Until then it
  /// counts as if it had failed, so that attempts at the same time are no more than those one after
  /// another. Without an outcome (the store was away) it has not happened.
  class attempt {
   public:
    ~attempt();
    attempt(const attempt&) = delete;
    attempt& operator=(const attempt&) = delete;

    /// Zero: it may be tried. Otherwise it must not be, and this is when to come again.
    std::chrono::seconds wait() const { return wait_; }
    void passed();
    /// Returns what is locked out by it, from the time of the attempt on.
    std::vector<lock> failed();

   private:
    friend class login_lockout;
    attempt(login_lockout& owner, std::string_view username, const ip_address& from,
            time_point now);

    login_lockout& owner_;
    std::array<digest, subjects> keys_;
    time_point now_;
    std::chrono::seconds wait_{};
    bool open_ = false;
  };

  /// `settings` must outlive this. `most_entries`: about 200 bytes each when used, three for a name
  /// that failed at an address.
  explicit login_lockout(const config& settings, std::size_t most_entries = 65'536)
      : settings_(settings), most_entries_(most_entries) {}

  attempt begin(std::string_view username, const ip_address& from, time_point now) {
    return {*this, username, from, now};
  }

 private:
  struct count {
    digest key;
    std::size_t failures = 0;
    std::size_t under_way = 0;
    unsigned lockouts = 0;
    time_point since;         ///< when the span of the failures, or the last lock-out, began
    time_point locked_until;  ///< in the past: not locked
  };
  struct key_hash {
    std::size_t operator()(const digest& d) const noexcept;
  };

  std::size_t most_failures(subject of) const;
  std::chrono::seconds wait(const count& c, subject of, time_point now) const;
  void forget_old(count& c, time_point now) const;
  std::chrono::seconds lock_out(count& c, subject of, time_point now) const;
  count* find(const digest& key);
  count& find_or_add(const digest& key, time_point now);
  void end_one(const digest& key);
  void erase_if_empty(const digest& key);

  std::chrono::seconds enter(const std::array<digest, subjects>& keys, time_point now);
  void leave(const std::array<digest, subjects>& keys);
  void clear(const std::array<digest, subjects>& keys);
  std::vector<lock> count_failure(const std::array<digest, subjects>& keys, time_point now);

  const config& settings_;
  const std::size_t most_entries_;
  std::mutex mutex_;
  std::list<count> counts_;  // guarded by mutex_, as what follows; the latest first
  std::unordered_map<digest, std::list<count>::iterator, key_hash> index_;
};

}  // namespace multipass
