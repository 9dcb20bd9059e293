// Who is there? User name, password and second factor of a PSU, checked off the event loop. Every
// wrong combination fails alike and takes as long: errc::unauthorized and nothing more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.hpp"
#include "base/worker_pool.hpp"
#include "crypto/server_key.hpp"
#include "multipass/clock.hpp"
#include "multipass/config.hpp"
#include "multipass/records.hpp"
#include "store/store_pool.hpp"

namespace multipass {

struct credentials {
  std::string username;
  std::string password;
  std::string code;
};

/// Stateless; any event loop may call. All referenced must outlive this.
class login {
 public:
  /// In the sandbox "000000" is a second factor, too.
  login(store_pool& pool, worker_pool& workers, const server_key& key, const clock& wall,
        const config& settings);

  struct outcome {
    bool known = false;   ///< there is such a PSU: the user name may be logged
    bool passed = false;  ///< all three were right, and the code had not been used before
  };

  /// Fails only when it could not be checked or put into the audit: errc::overloaded or
  /// errc::unavailable. `client` is the clientId of the request that the PSU logs in to.
  task<result<outcome>> check(credentials given, std::string client) const;

  /// The password alone, for whoever holds the link by which `owner` takes a new second factor. As
  /// check(); a password of anybody else is wrong.
  task<result<outcome>> check_password(credentials given, std::string owner,
                                       std::string client) const;

 private:
  struct claimed {
    std::optional<psu> user;
    bool password_right = false;
  };
  task<result<claimed>> look_up(const credentials& given) const;

  struct second_factor {
    bool right = false;
    std::optional<std::int64_t> step;  ///< to be used up
  };
  second_factor check_code(const psu& user, std::string_view code) const;
  /// Uses the code up and keeps in the audit how it ended.
  result<flag> decide(store_writer& s, const second_factor& code, psu_id user,
                      std::string_view name, std::string_view client) const;

  store_pool& pool_;
  worker_pool& workers_;
  const server_key& key_;
  const clock& clock_;
  const config& settings_;
};

}  // namespace multipass
