#include "store/sqlite_query.hpp"

#include <sqlite3.h>

#include <algorithm>

#include "store/sqlite_error.hpp"

namespace multipass {
namespace {

// SQLite binds a null pointer as NULL, even with a length of 0.
const char* never_null(std::string_view text) {
  return text.data() != nullptr ? text.data() : "";
}

}  // namespace

sqlite_query::~sqlite_query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void sqlite_query::keep_first_failure(int code) {
  if (failure_ == SQLITE_OK) failure_ = code;
}

sqlite_query& sqlite_query::bind(std::int64_t value) {
  keep_first_failure(sqlite3_bind_int64(statement_, next_parameter_++, value));
  return *this;
}

sqlite_query& sqlite_query::bind(std::string_view value) {
  keep_first_failure(sqlite3_bind_text64(statement_, next_parameter_++, never_null(value),
                                         value.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

sqlite_query& sqlite_query::bind(const digest& value) {
  keep_first_failure(sqlite3_bind_blob64(statement_, next_parameter_++, value.bytes.data(),
                                         value.bytes.size(), SQLITE_STATIC));
  return *this;
}

sqlite_query& sqlite_query::bind_blob(std::string_view value) {
  keep_first_failure(sqlite3_bind_blob64(statement_, next_parameter_++, never_null(value),
                                         value.size(), SQLITE_STATIC));
  return *this;
}

result<flag> sqlite_query::step() {
  if (failure_ != SQLITE_OK) return sqlite_error(failure_);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  failure_ = code;
  return sqlite_error(code);
}

result<void> sqlite_query::run() {
  return each([] {});
}

bool sqlite_query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t sqlite_query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view sqlite_query::bytes(int column) const {
  const void* start = sqlite3_column_blob(statement_, column);
  if (start == nullptr) return {};
  const auto length = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return {static_cast<const char*>(start), length};
}

digest sqlite_query::digest_at(int column) const {
  digest d;
  const std::string_view stored = bytes(column);
  std::copy_n(stored.begin(), std::min(stored.size(), d.bytes.size()), d.bytes.begin());
  return d;
}

}  // namespace multipass
