// A store as a gateway has it, with tokens to find and codes to redeem, in a folder of its own that
// goes away with it. TMPDIR names the disk.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "bank_rows.hpp"
#include "store/single_write.hpp"
#include "store/sqlite_store.hpp"
#include "store/store_pool.hpp"

namespace bench {

/// A folder for temporary files.
class scratch_folder {
 public:
  scratch_folder();
  ~scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class stage {
 public:
  static constexpr std::size_t stored_tokens = 100'000;

  /// The pool commits at most `batch` jobs together.
  explicit stage(std::size_t batch);

  multipass::store_pool& pool() { return *pool_; }
  multipass::store& opened() { return *store_; }
  std::string database() const { return folder_.path() / "bench.db"; }
  std::uint64_t commits() const;

  /// A token that is there, in an order that is not the tree's.
  const multipass::digest& token(std::size_t n) const { return tokens_[n % tokens_.size()]; }

  /// Makes so many more codes redeemable, or tokens revocable: not part of what is measured.
  void prepare_codes(std::size_t n);
  void prepare_tokens(std::size_t n);

  /// Writes, each for something new; prepared ones must be left.
  auto authorize() {
    return multipass::single_write(&multipass::store_writer::add_authorization, new_request(),
                                   now());
  }
  auto redeem() { return multipass::single_write(&multipass::store_writer::redeem, next_code()); }
  auto revoke() {
    return multipass::single_write(&multipass::store_writer::revoke_token, next_token(), now());
  }

 private:
  multipass::timestamp now() const;
  multipass::authorization new_request();
  multipass::redemption next_code();
  multipass::digest next_token();
  void settle();
  void approve_one(multipass::store_writer& w);
  void redeem_one(multipass::store_writer& w);

  const scratch_folder folder_;
  std::vector<multipass::digest> tokens_;
  std::unique_ptr<multipass::sqlite_store> store_;
  multipass::change_clock changes_;
  multipass::store_metrics metrics_;
  std::unique_ptr<multipass::store_pool> pool_;
  std::size_t requests_ = 0;  // made so far; each has a number and a time of its own
  std::deque<multipass::redemption> codes_;
  std::deque<multipass::digest> revocable_;
};

}  // namespace bench
