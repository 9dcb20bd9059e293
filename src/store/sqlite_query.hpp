// One execution of a compiled statement: bind, step through the rows, read columns. The destructor
// resets the statement, so that no query leaves a read transaction or a binding behind.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "multipass/clock.hpp"
#include "multipass/digest.hpp"
#include "multipass/error.hpp"
#include "multipass/scope.hpp"

struct sqlite3_stmt;

namespace multipass {

class sqlite_query {
 public:
  /// With a `failure` other than SQLITE_OK, every step fails with it.
  sqlite_query(sqlite3_stmt* statement, int failure) : statement_(statement), failure_(failure) {}
  ~sqlite_query();
  sqlite_query(const sqlite_query&) = delete;
  sqlite_query& operator=(const sqlite_query&) = delete;

  /// Binds the next parameter, from the left. Text and bytes are not copied: they must outlive the
  /// query. A failure shows at the first step.
  sqlite_query& bind(std::int64_t value);
  sqlite_query& bind(std::string_view value);
  sqlite_query& bind(const digest& value);
  sqlite_query& bind_blob(std::string_view value);
  sqlite_query& bind(timestamp value) { return bind(seconds_of(value)); }
  sqlite_query& bind(scope_set value) { return bind(std::int64_t{value.bits()}); }
  template <class enumeration>
  requires std::is_enum_v<enumeration> sqlite_query& bind(enumeration value) {
    return bind(static_cast<std::int64_t>(value));
  }
  sqlite_query& bind(std::string&&) = delete;
  sqlite_query& bind(digest&&) = delete;

  /// Moves to the next row; false when there is none.
  result<flag> step();
  /// Steps to the end.
  result<void> run();
  /// Calls `row` on each row.
  template <class callable>
  result<void> each(callable&& row);

  /// Column of the present row, counted from 0, as the type it was bound from.
  template <class T>
  T get(int column) const;
  bool is_null(int column) const;

 private:
  static std::int64_t seconds_of(timestamp t) { return t.time_since_epoch().count(); }
  void keep_first_failure(int code);
  std::int64_t integer(int column) const;
  /// Good until the next step.
  std::string_view bytes(int column) const;
  digest digest_at(int column) const;

  sqlite3_stmt* statement_;
  int failure_;
  int next_parameter_ = 1;
};

template <class callable>
result<void> sqlite_query::each(callable&& row) {
  while (true) {
    auto found = step();
    if (!found) return found.error();
    if (!*found) return {};
    row();
  }
}

template <class T>
T sqlite_query::get(int column) const {
  if constexpr (std::is_same_v<T, std::string>) {
    return std::string(bytes(column));
  } else if constexpr (std::is_same_v<T, digest>) {
    return digest_at(column);
  } else if constexpr (std::is_same_v<T, timestamp>) {
    return timestamp{std::chrono::seconds{integer(column)}};
  } else if constexpr (std::is_same_v<T, scope_set>) {
    return scope_set::from_bits(static_cast<unsigned>(integer(column)));
  } else {
    return static_cast<T>(integer(column));
  }
}

}  // namespace multipass
