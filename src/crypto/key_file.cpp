// Key files of server_key.hpp: made whole or not at all, and refused when others may read them.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <system_error>

#include "crypto/random.hpp"
#include "crypto/server_key.hpp"

namespace multipass {
namespace {

constexpr std::size_t master_size = 32;
constexpr std::size_t most_read = 1024;

class descriptor {
 public:
  explicit descriptor(int fd) : fd_(fd) {}
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

error bad_key(const std::string& path, const std::string& what) {
  return fail(errc::bad_configuration, "Key file " + path + ": " + what);
}

error system_problem(const std::string& path, std::string_view doing) {
  const int number = errno;
  return bad_key(path, std::string(doing) + ": " + std::generic_category().message(number));
}

bool write_and_sync(int fd, std::string_view content) {
  while (!content.empty()) {
    const auto n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return ::fsync(fd) == 0;
}

// Written under another name and linked to its own: link() never replaces a file, so of two
// processes that create the key at once one wins, and nobody ever reads half a key.
result<void> create(const std::string& path, std::string_view content) {
  const std::string draft = path + '.' + random_text(12);
  const descriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) return system_problem(path, "cannot be created");
  const bool written = write_and_sync(file.get(), content) &&
                       (::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const error problem = written ? error{} : system_problem(path, "cannot be created");
  ::unlink(draft.c_str());
  if (!written) return problem;

  auto folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  const descriptor place(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!place || ::fsync(place.get()) != 0) return system_problem(path, "cannot be made durable");
  return {};
}

result<std::string> read_private_file(const std::string& path) {
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return system_problem(path, "cannot be read");
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return system_problem(path, "cannot be read");
  if (!S_ISREG(status.st_mode)) return bad_key(path, "is not a regular file");
  if ((status.st_mode & 077U) != 0) {
    return bad_key(path, "is open to group or others; chmod 600 it");
  }
  std::string content(most_read, '\0');
  std::size_t length = 0;
  while (length < content.size()) {
    const auto n = ::read(file.get(), content.data() + length, content.size() - length);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_problem(path, "cannot be read");
    if (n == 0) break;
    length += static_cast<std::size_t>(n);
  }
  content.resize(length);
  return content;
}

result<std::string> read_or_create(const std::string& path, bool may_create,
                                   const std::function<std::string()>& new_content) {
  struct stat status {};
  if (may_create && ::stat(path.c_str(), &status) != 0 && errno == ENOENT) {
    if (auto made = create(path, new_content()); !made) return made.error();
  }
  return read_private_file(path);
}

}  // namespace

result<server_key> load_server_key(const std::string& path, bool may_create) {
  const auto content = read_or_create(path, may_create, [] { return random_bytes(master_size); });
  if (!content) return content.error();
  if (content->size() != master_size) return bad_key(path, "must hold exactly 32 bytes");
  return server_key(*content);
}

result<std::string> load_text_key(const std::string& path, bool may_create) {
  auto content = read_or_create(path, may_create, [] { return random_text(43) + '\n'; });
  if (!content) return content.error();
  std::string key = content->substr(0, content->find_first_of("\r\n"));
  const auto allowed = [](char c) { return c == '-' || is_alphanumeric({&c, 1}); };
  if (key.size() < 32 || key.size() > 256 || !std::all_of(key.begin(), key.end(), allowed)) {
    return bad_key(path, "its first line must be 32-256 characters of [A-Za-z0-9-]");
  }
  return key;
}

}  // namespace multipass
