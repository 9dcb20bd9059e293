// A blocking HTTP/1.1 client on a raw socket, for tests that decide every byte themselves. Reads
// have a time-out of 20 s, so that a test that would hang fails instead.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace multipass::testing {

struct reply {
  unsigned status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::string header(const std::string& name) const;
};

class http_client {
 public:
  /// Connects to "127.0.0.1:port"; throws std::runtime_error when it cannot. Each send() leaves at
  /// once, in a segment of its own. `receive_buffer` in bytes; 0: the system's choice. `from` is
  /// the client's own address, such as "127.0.0.2"; empty: the system's choice.
  explicit http_client(const std::string& address, int receive_buffer = 0,
                       const std::string& from = {});
  virtual ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// Sends all of it, or until the peer has closed; returns how many bytes went out.
  std::size_t send(std::string_view bytes);
  /// Waits until the peer's kernel has taken in all that was sent.
  void wait_until_delivered() const;
  /// Sends nothing more (half-close).
  virtual void finish_sending();
  /// One answer; throws when the connection ends first. With `to_head`, no body follows.
  reply read(bool to_head = false);
  /// Waits that long for something to read, be it the end; true when there is.
  bool has_answer_within(std::chrono::milliseconds time);
  /// True when the peer closes the connection without another byte.
  bool closed_by_peer();
  /// True when what ended the connection was a reset: bytes under way may have been lost.
  bool was_reset() const { return was_reset_; }
  /// All bytes until the peer closes.
  std::string read_to_end();

  /// Sends a POST with these headers (whole lines) and body, and reads the answer.
  reply post(const std::string& target, const std::string& headers = {},
             const std::string& body = {});
  reply get(const std::string& target, const std::string& headers = {});

 protected:
  // What tls_client replaces: as send(2) and recv(2) do.
  virtual ssize_t send_some(const char* bytes, std::size_t size);
  virtual ssize_t receive_some(char* room, std::size_t size);
  int descriptor() const { return socket_; }

 private:
  bool fill();
  int socket_ = -1;
  bool was_reset_ = false;
  std::string buffer_;
};

/// One request over a connection of its own.
reply post(const std::string& address, const std::string& target, const std::string& headers = {},
           const std::string& body = {});
reply get(const std::string& address, const std::string& target, const std::string& headers = {});

/// The value of a query parameter of a URL, percent-decoded; empty when absent.
std::string query_value(std::string_view url, std::string_view name);
/// The text between `from` and `to`; empty when absent.
std::string between(std::string_view text, std::string_view from, std::string_view to);
std::string percent_encode(std::string_view text);

}  // namespace multipass::testing
