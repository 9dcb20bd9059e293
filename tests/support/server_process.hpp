// The program itself, `multipass serve --sandbox`, as a process of its own: for what only the death
// of a process shows. The program is named by the environment variable MULTIPASS_PROGRAM.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "support/sandbox_client.hpp"

namespace multipass::testing {

class server_process {
 public:
  /// Starts it on ports that the system chooses, with `more` arguments, and waits until it says
  /// which. Throws std::runtime_error when it does not start; its log goes to "<database>.log".
  explicit server_process(const std::string& database, const std::vector<std::string>& more = {});
  /// Kills it if it still runs.
  ~server_process();
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  /// kill -9, and waits for its end.
  void kill();
  /// SIGTERM, and waits; returns the exit code.
  int stop();

  /// SIGHUP, without waiting.
  void ask_to_reload();

  sandbox_client& client() { return client_; }

 private:
  int end_with(int signal);

  pid_t process_ = -1;
  sandbox_client client_{{}, {}};
};

}  // namespace multipass::testing
