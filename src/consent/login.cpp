#include "consent/login.hpp"

#include <utility>

#include "crypto/password.hpp"
#include "crypto/totp.hpp"
#include "store/audit_acts.hpp"

namespace multipass {
namespace {

constexpr std::string_view sandbox_code = "000000";

}  // namespace

login::login(store_pool& pool, worker_pool& workers, const server_key& key, const clock& wall,
             const config& settings)
    : pool_(pool), workers_(workers), key_(key), clock_(wall), settings_(settings) {}

// One transaction: a log-in that is not in the audit has not happened, and a flood of them is as
// slow as the passwords that are hashed before.
task<result<login::outcome>> login::check(credentials given, std::string client) const {
  const auto find = [name = given.username](store_reader& s) { return s.find_psu(name); };
  const auto found = co_await pool_.read(find);
  if (!found) co_return found.error();

  const bool known = found->has_value();
  const auto verify = [password = std::move(given.password),
                       hash = known ? (*found)->password_hash : no_password_hash()]() {
    return result<flag>(password_matches(password, hash));
  };
  const auto right = co_await workers_.run(verify);
  if (!right) co_return right.error();

  const auto code = known && *right ? check_code(**found, given.code) : second_factor{};
  const psu_id user = known ? (*found)->id : psu_id{};
  const std::string name = known ? given.username : "";
  const auto settle = [&](store_writer& s) { return decide(s, code, user, name, client); };
  const auto passed = co_await pool_.write(settle);
  if (!passed) co_return passed.error();
  co_return outcome{known, *passed};
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
