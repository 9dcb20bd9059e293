// One TCP connection: reads requests, has them answered in order, writes the answers. Everything
// that is parsed and answered from memory goes out in one write; nothing is read ahead of an answer
// that has to wait for the store. Confined to its event loop.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/task.hpp"
#include "http/accepted_connection.hpp"
#include "http/event_loop.hpp"
#include "http/input_buffer.hpp"
#include "http/peer.hpp"
#include "http/request_parser.hpp"
#include "http/service.hpp"
#include "http/socket.hpp"

namespace multipass {

/// Serves a connection, which does not block, to its end. Spawn it on the loop's own thread; `s`
/// and `loop` outlive it. Throws only when memory runs out, and has closed the connection then.
task<> serve_connection(accepted_connection connection, peer from, event_loop& loop, service& s);

class session final : public loop_member {
 public:
  session(accepted_connection connection, peer from, event_loop& loop, service& s);
  ~session();
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  task<> run();

 private:
  using clock_type = std::chrono::steady_clock;
  enum class wait { none, handshake, idle, header, body, write, handler };

  void deadline_passed() override;
  void drain() override;
  void cut() override;
  void abandon() noexcept override { socket_.abandon(); }

  task<bool> meet_through_proxy();
  bool refuse_connection(std::string_view reason);
  void know_peer(const ip_address& a);
  void take_stated_address();

  void begin_request();
  void parse_unread();
  bool between_requests() const;
  bool nothing_more_wanted() const;
  void say_continue();
  void start_wait();
  void refuse_if_late();

  bool answer_from_memory();
  task<> answer_with_wait();
  void answer_failure(std::string_view reason);
  void log_failure(std::string_view reason);
  void answer_late();
  void answer_over_rate(answer& out, std::chrono::nanoseconds too_soon_by);
  void refuse(const refusal& why);
  void choose_request_id();
  answer::context answer_context(bool close);
  void finish_answer(unsigned status);
  void log_answer(log_level level, unsigned status, std::chrono::nanoseconds took);

  task<bool> shake_hands();
  void refuse_handshake();

  bool send_now();
  task<> flush();
  task<> linger();

  accepted_connection connection_;  // for the count; the socket has the descriptor
  socket socket_;
  peer peer_;  // who asks: with a trusted proxy in between, known per request
  event_loop& loop_;
  service& service_;
  request_parser parser_;

  input_buffer input_;
  std::string output_;
  std::size_t sent_ = 0;
  std::string request_id_;  // for the answer; the log has request::request_id
  std::string masked_id_;

  // Who is connected
  ip_address connected_from_;
  std::uint64_t address_key_ = 0;  // of peer_.address

  // The request at hand
  std::size_t row_ = router::none;
  clock_type::time_point started_{};  // its last byte was read, or the answer before it was ready
  bool continued_ = false;            // "100 Continue" has been said

  wait waiting_ = wait::none;
  time_point request_deadline_{};  // for the header or body at hand, however slowly it drips
  bool timed_out_ = false;
  bool open_ = true;   // another request may come
  bool gone_ = false;  // nothing can be written any more
};

}  // namespace multipass
