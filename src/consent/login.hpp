// Who is there? User name, password and second factor of a PSU, checked off the event loop. Every
// wrong combination fails alike and takes as long: errc::unauthorized and nothing more.
#pragma once

#include <string>

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

  /// Fails only when it could not be checked: errc::overloaded or errc::unavailable.
  task<result<outcome>> check(credentials given) const;

 private:
  /// Whether the code is right and now used up.
  task<result<flag>> use_code(const psu& user, std::string_view code) const;

  store_pool& pool_;
  worker_pool& workers_;
  const server_key& key_;
  const clock& clock_;
  const config& settings_;
};

}  // namespace multipass
