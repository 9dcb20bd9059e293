// A TPP's receiver: takes whatever it is sent, keeps it, and answers as a test says. On loopback,
// on a port that the system chooses, over TLS if it is given an identity.
//
// All functions from the test's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/test_ca.hpp"

namespace multipass::testing {

class webhook_receiver {
 public:
  struct delivery {
    std::string target;                          ///< "/hook"
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
    std::string header(const std::string& name) const;
    std::string type() const;  ///< of the event in the body
  };

  explicit webhook_receiver(const identity* tls = nullptr);
  ~webhook_receiver();
  webhook_receiver(const webhook_receiver&) = delete;
  webhook_receiver& operator=(const webhook_receiver&) = delete;

  std::string url(const std::string& host = "127.0.0.1") const;

  /// What is answered from now on: a status line behind "HTTP/1.1 ", and header lines if need be.
  void answer(std::string head);
  /// Answered once each, before that.
  void answer_next(std::vector<std::string> heads);
  /// While true, requests are read and wait for their answer.
  void hold(bool holds);
  /// So many requests from now on wait for their answer until this is called again.
  void hold_next(std::size_t requests);

  /// All that came so far, once there are `count`. Throws when they have not come after a minute.
  std::vector<delivery> wait_for(std::size_t count);
  std::size_t count();
  std::size_t connections();

 private:
  void accept();
  template <class Stream>
  void serve(Stream& connection);
  std::string next_answer();

  boost::asio::io_context loop_;
  std::optional<boost::asio::ssl::context> tls_;
  boost::asio::ip::tcp::acceptor acceptor_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<delivery> received_;
  std::string head_ = "204 No Content";
  std::deque<std::string> next_;
  std::size_t connections_ = 0;
  bool holds_ = false;
  std::size_t to_hold_ = 0;
  unsigned held_round_ = 0;
  bool ends_ = false;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace multipass::testing
