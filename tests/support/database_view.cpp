#include "support/database_view.hpp"

#include <sqlite3.h>

#include <memory>
#include <sstream>
#include <stdexcept>

namespace multipass::testing {
namespace {

constexpr int most_wait_ms = 20'000;

}  // namespace

database_view::database_view(const std::string& path, access a) {
  const int flags = a == access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (sqlite3_open_v2(path.c_str(), &db_, flags, nullptr) != SQLITE_OK) {
    const std::string why = sqlite3_errmsg(db_);
    sqlite3_close(db_);
    throw std::runtime_error(path + ": " + why);
  }
  sqlite3_busy_timeout(db_, most_wait_ms);
}

database_view::~database_view() {
  sqlite3_close(db_);
}

std::string database_view::dump() {
  std::istringstream tables(
      column("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"));
  std::string all;
  for (std::string table; std::getline(tables, table);) {
    // quote() writes each type in a form of its own; the columns come from the schema.
    const auto row = column(
        "SELECT group_concat('quote(\"' || name || '\")', ' || '','' || ') "
        "FROM pragma_table_info('" +
        table + "')");
    all += table + "\n" +
           column("SELECT " + row.substr(0, row.size() - 1) + " FROM \"" + table + "\" ORDER BY 1");
  }
  return all;
}

std::string database_view::column(const std::string& sql) {
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &prepared, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(db_));
  }
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> query(prepared,
                                                                         &sqlite3_finalize);
  std::string lines;
  int outcome = SQLITE_ROW;
  while ((outcome = sqlite3_step(prepared)) == SQLITE_ROW) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(prepared, 0));
    lines += text == nullptr ? "NULL" : text;
    lines += '\n';
  }
  if (outcome != SQLITE_DONE) throw std::runtime_error(sql + ": " + sqlite3_errmsg(db_));
  return lines;
}

void database_view::run(const std::string& sql) {
  if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(db_));
  }
}

}  // namespace multipass::testing
