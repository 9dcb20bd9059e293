#include "consent/login.hpp"

#include <utility>

#include "crypto/password.hpp"
#include "crypto/totp.hpp"

namespace multipass {
namespace {

constexpr std::string_view sandbox_code = "000000";

}  // namespace

login::login(store_pool& pool, worker_pool& workers, const server_key& key, const clock& wall,
             const config& settings)
    : pool_(pool), workers_(workers), key_(key), clock_(wall), settings_(settings) {}

task<result<login::outcome>> login::check(credentials given) const {
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
  if (!known || !*right) co_return outcome{known, false};

  const auto used = co_await use_code(**found, given.code);
  if (!used) co_return used.error();
  co_return outcome{true, *used};
}

task<result<flag>> login::use_code(const psu& user, std::string_view code) const {
  if (settings_.sandbox && code == sandbox_code) co_return true;
  const auto secret = key_.open(user.totp_secret, user.username);
  if (!secret) co_return false;  // never sealed by this server: no code is right
  const auto step = matching_totp_step(*secret, code, clock_.now());
  if (!step) co_return false;
  const auto use = [id = user.id, at = *step](store_writer& s) { return s.use_totp_step(id, at); };
  co_return co_await pool_.write(use);
}

}  // namespace multipass
