#include "support/webhook_receiver.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <stdexcept>

#include "support/http_client.hpp"

namespace multipass::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string webhook_receiver::delivery::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string{} : found->second;
}

std::string webhook_receiver::delivery::type() const {
  return between(body, R"("type":")", "\"");
}

webhook_receiver::webhook_receiver(const identity* tls)
    : acceptor_(loop_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
  if (tls != nullptr) {
    tls_.emplace(asio::ssl::context::tls_server);
    tls_->use_certificate_chain(asio::buffer(tls->certificate_pem()));
    tls_->use_private_key(asio::buffer(tls->key_pem()), asio::ssl::context::pem);
  }
  accepting_ = std::thread([this] { accept(); });
}

webhook_receiver::~webhook_receiver() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  asio::io_context loop;
  tcp::socket last(loop);  // wakes accept()
  boost::system::error_code ignored;
  last.connect(acceptor_.local_endpoint(), ignored);
  accepting_.join();
  last.close(ignored);
  for (auto& t : threads_) t.join();
}

std::string webhook_receiver::url(const std::string& host) const {
  return (tls_ ? "https://" : "http://") + host + ":" +
         std::to_string(acceptor_.local_endpoint().port()) + "/hook";
}

void webhook_receiver::answer(std::string head) {
  const std::lock_guard lock(mutex_);
  head_ = std::move(head);
}

void webhook_receiver::answer_next(std::vector<std::string> heads) {
  const std::lock_guard lock(mutex_);
  next_.insert(next_.end(), heads.begin(), heads.end());
}

void webhook_receiver::hold(bool holds) {
  const std::lock_guard lock(mutex_);
  holds_ = holds;
  changed_.notify_all();
}

void webhook_receiver::hold_next(std::size_t requests) {
  const std::lock_guard lock(mutex_);
  to_hold_ = requests;
  ++held_round_;
  changed_.notify_all();
}

std::vector<webhook_receiver::delivery> webhook_receiver::wait_for(std::size_t count) {
  std::unique_lock lock(mutex_);
  const auto there = [&] { return received_.size() >= count; };
  if (!changed_.wait_for(lock, std::chrono::minutes{1}, there)) {
    throw std::runtime_error("only " + std::to_string(received_.size()) + " deliveries came");
  }
  return received_;
}

std::size_t webhook_receiver::count() {
  const std::lock_guard lock(mutex_);
  return received_.size();
}

std::size_t webhook_receiver::connections() {
  const std::lock_guard lock(mutex_);
  return connections_;
}

void webhook_receiver::accept() {
  while (true) {
    auto socket = std::make_shared<tcp::socket>(acceptor_.accept());
    const std::lock_guard lock(mutex_);
    if (ends_) return;
    ++connections_;
    threads_.emplace_back([this, socket] {
      try {
        if (!tls_) return serve(*socket);
        asio::ssl::stream<tcp::socket&> secured(*socket, *tls_);
        secured.handshake(asio::ssl::stream_base::server);
        serve(secured);
      } catch (const std::exception&) {
        // The peer went away, or refused the certificate: what a test looks for is in received_.
      }
    });
  }
}

template <class Stream>
void webhook_receiver::serve(Stream& connection) {
  std::string text;
  const auto header = asio::read_until(connection, asio::dynamic_buffer(text), "\r\n\r\n");
  delivery d;
  d.target = between(text, "POST ", " HTTP/1.1\r\n");
  for (auto at = text.find("\r\n") + 2; at < header - 2;) {
    const auto end = text.find("\r\n", at);
    const auto colon = text.find(": ", at);
    std::string name = text.substr(at, colon - at);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    d.headers[name] = text.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  const auto length = std::stoul(d.headers.at("content-length"));
  d.body = text.substr(header);
  const auto have = d.body.size();
  d.body.resize(length);
  if (have < length) asio::read(connection, asio::buffer(d.body.data() + have, length - have));
  {
    const std::lock_guard lock(mutex_);
    received_.push_back(std::move(d));
  }
  changed_.notify_all();
  asio::write(connection, asio::buffer("HTTP/1.1 " + next_answer() + "\r\n\r\n"));
}

std::string webhook_receiver::next_answer() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !holds_ || ends_; });
  if (to_hold_ > 0) {
    --to_hold_;
    const auto round = held_round_;
    changed_.wait(lock, [this, round] { return held_round_ != round || ends_; });
  }
  if (next_.empty()) return head_;
  auto head = std::move(next_.front());
  next_.pop_front();
  return head;
}

}  // namespace multipass::testing
