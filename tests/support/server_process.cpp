#include "support/server_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace multipass::testing {
namespace {

std::string program() {
  const char* named = std::getenv("MULTIPASS_PROGRAM");
  if (named == nullptr) throw std::runtime_error("MULTIPASS_PROGRAM does not name the program");
  return named;
}

// The process writes to `output` and logs to `log_file`.
pid_t spawn(std::vector<std::string> arguments, int output, const std::string& log_file) {
  std::vector<char*> argv;
  for (auto& a : arguments) argv.push_back(a.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, log_file.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  pid_t process = -1;
  const int problem = posix_spawn(&process, argv[0], &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (problem != 0) throw std::runtime_error("cannot start " + arguments[0]);
  return process;
}

// What the process prints until it has named its private listener, or has closed its output.
std::string read_start_text(int input) {
  std::string text;
  std::array<char, 4096> part{};
  while (text.find("private ") == std::string::npos ||
         text.find("admin key") == std::string::npos) {
    const auto n = ::read(input, part.data(), part.size());
    if (n <= 0) break;
    text.append(part.data(), static_cast<std::size_t>(n));
  }
  return text;
}

}  // namespace

server_process::server_process(const std::string& database, const std::vector<std::string>& more) {
  std::vector<std::string> arguments{program(),     "serve",       "--sandbox",
                                     "--listen",    "127.0.0.1:0", "--admin-listen",
                                     "127.0.0.1:0", "--database",  database,
                                     "--tpp-rate",  "0",           "--address-rate",
                                     "0"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  try {
    process_ = spawn(std::move(arguments), pipe[1], database + ".log");
  } catch (...) {
    ::close(pipe[0]);
    ::close(pipe[1]);
    throw;
  }
  ::close(pipe[1]);
  const auto text = read_start_text(pipe[0]);
  ::close(pipe[0]);
  const auto listener = [&](const std::string& name) {
    return between(between(text, name, "\n"), "://", " ");
  };
  client_ = sandbox_client(listener("public "), listener("private "));
  if (client_.admin_address().empty()) {
    kill();
    throw std::runtime_error("the server did not start; see " + database + ".log: " + text);
  }
}

server_process::~server_process() {
  kill();
}

void server_process::kill() {
  if (process_ > 0) end_with(SIGKILL);
}

int server_process::stop() {
  const int status = end_with(SIGTERM);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void server_process::ask_to_reload() {
  ::kill(process_, SIGHUP);
}

int server_process::end_with(int signal) {
  ::kill(process_, signal);
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  return status;
}

}  // namespace multipass::testing
