#include "store/sqlite_writer.hpp"

#include <utility>

namespace multipass {

std::optional<writer_place> writer_place::take(std::atomic_flag& taken) noexcept {
  // Pairs with the release in the destructor: the former writer's connection is closed by then.
  if (taken.test_and_set(std::memory_order_acquire)) return std::nullopt;
  return writer_place(taken);
}

writer_place::~writer_place() {
  // Pairs with the acquire in take().
  if (taken_ != nullptr) taken_->clear(std::memory_order_release);
}

writer_place::writer_place(writer_place&& other) noexcept
    : taken_(std::exchange(other.taken_, nullptr)) {}

sqlite_writer::sqlite_writer(writer_place place, std::unique_ptr<sqlite_connection> db)
    : writer_place(std::move(place)), reading_session(sqlite_reads(std::move(db))) {}

// Readers may still be open, and then SQLite would leave everything recent in the WAL: whoever
// copies the database of a stopped server shall find all of it in the one file.
sqlite_writer::~sqlite_writer() {
  rollback();
  db().checkpoint();
}

result<void> sqlite_writer::require_transaction() {
  if (db().in_transaction() && !broken_) return {};
  return fail(errc::unavailable, "There is no open transaction; an earlier fault has ended it");
}

result<void> sqlite_writer::begin() {
  if (db().in_transaction() && !broken_) {
    return fail(errc::conflict, "A transaction is open already");
  }
  rollback();  // of one that could not be rolled back before, for lack of memory
  broken_ = false;
  marked_ = false;
  head_.reset();
  if (auto there = db().check_in_place(); !there) return there;
  return db().run("BEGIN IMMEDIATE");
}

result<void> sqlite_writer::commit() {
  if (auto open = require_transaction(); !open) return open;
  auto done = seal_audit();
  if (done) done = db().run("COMMIT");
  if (!done) {
    rollback();
  } else if (head_) {
    committed_head_ = *head_;
  }
  return done;
}

void sqlite_writer::rollback() noexcept {
  if (!db().in_transaction()) return;
  broken_ = !db().run("ROLLBACK");
}

void sqlite_writer::undo_function(const std::optional<audit_head>& former_head) noexcept {
  head_ = former_head;
  const bool undone = db().run("ROLLBACK TO function") && db().run("RELEASE function");
  if (!undone) rollback();  // rather than have others commit the half of it
}

result<void> sqlite_writer::mark() {
  if (auto open = require_transaction(); !open) return open;
  if (marked_) {
    if (auto released = db().run("RELEASE mark"); !released) return released;
    marked_ = false;
  }
  auto saved = db().run("SAVEPOINT mark");
  marked_ = saved.has_value();
  head_at_mark_ = head_;
  return saved;
}

result<void> sqlite_writer::undo_to_mark() {
  if (auto open = require_transaction(); !open) return open;
  if (!marked_) return fail(errc::conflict, "There is no mark to return to");
  head_ = head_at_mark_;
  return db().run("ROLLBACK TO mark");
}

change_set sqlite_writer::take_changes() {
  return std::exchange(changes_, {});
}

result<std::int64_t> sqlite_writer::foreign_changes() {
  if (auto there = db().check_in_place(); !there) return there.error();
  auto q = db().query("PRAGMA data_version");
  auto row = q.step();
  if (!row) return row.error();
  return q.get<std::int64_t>(0);
}

}  // namespace multipass
