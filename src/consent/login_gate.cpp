#include "consent/login_gate.hpp"

namespace multipass {
namespace {

std::string without_spaces(std::string_view text) {
  std::string plain(text);
  std::erase(plain, ' ');
  return plain;
}

}  // namespace

credentials credentials_of(const parameters& form) {
  const auto text = [&](std::string_view name) { return form.find(name).value_or(""); };
  return {without_spaces(text("username")), std::string(text("password")),
          without_spaces(text("code"))};
}

login_gate::login_gate(const consent_parts& parts)
    : parts_(parts),
      login_(parts.pool, parts.workers, parts.key, parts.wall, parts.settings),
      lockout_(parts.settings) {}

login_gate::outcome login_gate::refuse(const login_lockout::attempt& attempt) {
  parts_.logins.refused.fetch_add(1, std::memory_order_relaxed);
  return {false, attempt.wait()};
}

task<result<login_gate::outcome>> login_gate::try_log_in(const exchange& e,
                                                         const credentials& given,
                                                         std::string_view client) {
  auto attempt = lockout_.begin(given.username, e.from.address, e.started);
  if (attempt.wait() > std::chrono::seconds{0}) co_return refuse(attempt);
  const auto checked = co_await login_.check(given, std::string(client));
  if (!checked) co_return checked.error();
  // The name of nobody is not logged: it may be a password typed into the wrong field.
  const std::string_view who = checked->known ? std::string_view(given.username) : "";
  note(e, client, who, checked->passed, attempt);
  co_return outcome{checked->passed, {}};
}

task<result<login_gate::outcome>> login_gate::try_password(const exchange& e,
                                                           const credentials& given,
                                                           std::string_view owner,
                                                           std::string_view client) {
  auto attempt = lockout_.begin(given.username, e.from.address, e.started);
  if (attempt.wait() > std::chrono::seconds{0}) co_return refuse(attempt);
  const auto checked =
      co_await login_.check_password(given, std::string(owner), std::string(client));
  if (!checked) co_return checked.error();
  const std::string_view who = checked->known ? std::string_view(given.username) : "";
  note(e, client, who, checked->passed, attempt);
  co_return outcome{checked->passed, {}};
}

login_gate::outcome login_gate::judge_code(const exchange& e, std::string_view username, bool right,
                                           std::string_view client) {
  auto attempt = lockout_.begin(username, e.from.address, e.started);
  if (attempt.wait() > std::chrono::seconds{0}) return refuse(attempt);
  if (!right) note(e, client, username, false, attempt);
  return {right, {}};
}

void login_gate::note(const exchange& e, std::string_view client, std::string_view psu, bool passed,
                      login_lockout::attempt& attempt) {
  parts_.log.write(passed ? log_level::info : log_level::warning,
                   passed ? "login_ok" : "login_failed",
                   {{"client", client}, {"psu", psu}, {"request", e.in.request_id}});
  auto& counted = passed ? parts_.logins.passed : parts_.logins.failed;
  counted.fetch_add(1, std::memory_order_relaxed);
  if (passed) return attempt.passed();
  for (const auto& lock : attempt.failed()) {
    parts_.logins.lockouts.fetch_add(1, std::memory_order_relaxed);
    const bool any_name = lock.of == login_lockout::subject::address;
    const bool any_address = lock.of == login_lockout::subject::name;
    parts_.log.write(log_level::warning, "login_locked",
                     {{"psu", any_name ? "" : psu},
                      {"address", any_address ? "" : e.from.address.to_string()},
                      {"seconds", std::to_string(lock.length.count())},
                      {"request", e.in.request_id}});
  }
}

}  // namespace multipass
