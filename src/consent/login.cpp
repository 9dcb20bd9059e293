#include "consent/login.hpp"

#include <utility>

#include "crypto/password.hpp"
#include "crypto/totp.hpp"
#include "store/audit_acts.hpp"
#include "store/single_write.hpp"

namespace multipass {
namespace {

constexpr std::string_view sandbox_code = "000000";

}  // namespace

login::login(store_pool& pool, worker_pool& workers, const server_key& key, const clock& wall,
             const config& settings)
    : pool_(pool), workers_(workers), key_(key), clock_(wall), settings_(settings) {}

// For a name that nobody has as much work as for a wrong password.
task<result<login::claimed>> login::look_up(const credentials& given) const {
  const auto find = [name = given.username](store_reader& s) { return s.find_psu(name); };
  const auto found = co_await pool_.read(find);
  if (!found) co_return found.error();
  const auto verify = [password = given.password,
                       hash = *found ? (*found)->password_hash : no_password_hash()]() {
    return result<flag>(password_matches(password, hash));
  };
  const auto right = co_await workers_.run(verify);
  if (!right) co_return right.error();
  co_return claimed{*found, *right};
}

// One transaction: a log-in that is not in the audit has not happened, and a flood of them is as
// slow as the passwords that are hashed before.
task<result<login::outcome>> login::check(credentials given, std::string client) const {
  const auto who = co_await look_up(given);
  if (!who) co_return who.error();
  const bool known = who->user.has_value();
  const auto code =
      known && who->password_right ? check_code(*who->user, given.code) : second_factor{};
  const psu_id user = known ? who->user->id : psu_id{};
  const std::string name = known ? given.username : "";
  const auto settle = [&](store_writer& s) { return decide(s, code, user, name, client); };
  const auto passed = co_await pool_.write(settle);
  if (!passed) co_return passed.error();
  co_return outcome{known, *passed};
}

task<result<login::outcome>> login::check_password(credentials given, std::string owner,
                                                   std::string client) const {
  const auto who = co_await look_up(given);
  if (!who) co_return who.error();
  const bool known = who->user.has_value();
  const bool passed = known && who->password_right && given.username == owner;
  const std::string name = known ? given.username : "";
  const audit_act act = login_decided(passed, name, client, clock_.now());
  const auto kept = co_await pool_.write(single_write(&store_writer::record, act));
  if (!kept) co_return kept.error();
  co_return outcome{known, passed};
}

result<flag> login::decide(store_writer& s, const second_factor& code, psu_id user,
                           std::string_view name, std::string_view client) const {
  bool passed = code.right;
  if (code.step) {
    const auto used = s.use_totp_step(user, *code.step);
    if (!used) return used.error();
    passed = *used;
  }
  const auto kept = s.record(login_decided(passed, name, client, clock_.now()));
  if (!kept) return kept.error();
  return passed;
}

login::second_factor login::check_code(const psu& user, std::string_view code) const {
  if (settings_.sandbox && code == sandbox_code) return {true, std::nullopt};
  const auto secret = key_.open(user.totp_secret, user.username);
  if (!secret) return {};  // never sealed by this server: no code is right
  const auto step = matching_totp_step(*secret, code, clock_.now());
  return {step.has_value(), step};
}

}  // namespace multipass
