// Many rows into a new database, as redeem() and approve() would leave them, by prepared statements
// in one transaction without a journal: a crash loses the file, which the caller then removes.
// Everything is appended: what is keyed by a digest has to come in ascending order.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

#include "multipass/clock.hpp"
#include "multipass/digest.hpp"

namespace bench {

/// A consent of the TPP with id 1. Its client number is its id.
struct consent_row {
  std::int64_t id = 0;
  std::int64_t owner = 0;
  std::int64_t first_account = 0;
  std::int64_t accounts = 0;
  multipass::timestamp granted_at{};
  multipass::timestamp expires_at{};
  bool redeemed = false;  ///< its code became its token
};

/// Throws std::runtime_error with SQLite's reason.
class bulk_load {
 public:
  /// The database must be new, with its schema, and not open elsewhere.
  explicit bulk_load(const std::string& path);

  void add(const consent_row& c);
  void add_code(const multipass::digest& code, const consent_row& c,
                multipass::timestamp expires_at);
  void add_token(const multipass::digest& token, const consent_row& c);

  /// Ends the transaction and goes back to the WAL. `clients` is the last client number used.
  void finish(std::int64_t clients);

 private:
  struct closing {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };
  using statement = std::unique_ptr<sqlite3_stmt, closing>;

  void run(const std::string& sql);
  statement prepare(const char* sql);
  template <class... Values>
  void insert(const statement& s, const Values&... values);

  std::unique_ptr<sqlite3, closing> db_;
  statement consent_, account_, code_, token_;
};

}  // namespace bench
