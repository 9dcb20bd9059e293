// How acts are appended to the audit. The end of the chain stands sealed in a setting, read once
// per transaction and written once before its COMMIT: a chain that was cut short is continued with
// the number that its seal demands, so that the gap shows for ever.
#include <string>

#include "store/sqlite_writer.hpp"

namespace multipass {
namespace {

error tampered(const char* what) {
  return fail(errc::unavailable, std::string("The audit cannot be continued: ") + what +
                                     "; `multipass audit verify` says more");
}

}  // namespace

void sqlite_writer::use_audit_key(const digest& key) {
  chain_.emplace(key);
}

result<audit_head> sqlite_writer::sealed_head() {
  const auto sealed = setting(audit_head_setting);
  if (!sealed) return sealed.error();
  audit_head head;
  if (*sealed) {
    const auto opened = chain_->open(**sealed);
    if (!opened) return tampered("its head is none that this server sealed");
    head = *opened;
  }
  if (head.id < committed_head_.id) return tampered("it was put back to an earlier state");
  return head;
}

result<void> sqlite_writer::append(const audit_act& act) {
  if (!chain_) return fail(errc::unavailable, "The audit has no key yet");
  if (!head_) {
    const auto last = sealed_head();
    if (!last) return last.error();
    head_ = *last;
  }
  const audit_head next = chain_->after(*head_, act);
  auto q = db().query(
      "INSERT INTO audit (id, at, actor, action, subject, details, hash) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)");
  q.bind(next.id).bind(act.at).bind(act.actor).bind(act.action).bind(act.subject);
  q.bind(act.details).bind(next.hash);
  auto done = q.run();
  if (!done && done.error().code == errc::conflict) {
    return tampered("it has records behind its head");
  }
  if (!done) return done;
  head_ = next;
  return {};
}

result<void> sqlite_writer::record(const audit_act& act) {
  auto work = [&] { return append(act); };
  return first_write_decides(work);
}

result<void> sqlite_writer::seal_audit() {
  if (!head_) return {};
  return set_setting(audit_head_setting, chain_->seal(*head_));
}

}  // namespace multipass
