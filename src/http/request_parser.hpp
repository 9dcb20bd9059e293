// Bytes in, one request out: Beast's parser without a fields container, our framing guard, our
// limits; and in front of them a fast way for plain requests. Knows no socket. The caller keeps the
// bytes of the current request where they are until it is done with it: the header's views point
// into them.
//
//   state::header --whole header--> state::body --whole body--> state::done       (or
//   state::refused)
//
// One parser serves one connection's requests in turn; confined to its event loop.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/framing_guard.hpp"
#include "http/limits.hpp"
#include "http/plain_request.hpp"
#include "http/request.hpp"

namespace multipass {

class request_parser {
 public:
  enum class state { header, body, done, refused };

  explicit request_parser(const http_limits& limits) : limits_(limits) { start(); }

  /// Begins the next request.
  void start();

  /// Feeds unread bytes; returns how many were used up. In state header nothing is used until the
  /// whole header is there; the unused bytes must come again, with more behind them.
  std::size_t parse(std::string_view unread);

  state now() const { return state_; }
  /// The peer waits for "100 Continue" before it sends the body. In HTTP/1.0 that is not to be
  /// heeded (RFC 9110, section 10.1.1).
  bool expects_continue() const {
    return state_ == state::body && !head_.expect.empty() && !is_http_1_0();
  }
  bool keep_alive() const {
    return state_ == state::done &&
           (machine_ ? !closes_ && (keeps_ || !is_http_1_0()) : plain_ == plain::keep_alive);
  }
  std::size_t header_size() const { return head_.raw.size(); }
  bool is_http_1_0() const { return head_.version == 10; }

  /// Whole when state is done; the header's part already in state body.
  request& current() { return request_; }
  /// Why, when state is refused.
  const refusal& why() const { return refusal_; }

 private:
  class machine final : public boost::beast::http::basic_parser<true> {
   public:
    explicit machine(request_parser& owner) : owner_(owner) {}

   private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;
    void on_request_impl(boost::beast::http::verb, string_view method, string_view target,
                         int version, error_code& ec) override;
    void on_response_impl(int, string_view, int, error_code&) override {}
    void on_field_impl(boost::beast::http::field name, string_view name_text, string_view value,
                       error_code& ec) override;
    void on_header_impl(error_code& ec) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& ec) override;
    std::size_t on_body_impl(string_view part, error_code& ec) override;
    void on_chunk_header_impl(std::uint64_t size, string_view extensions, error_code& ec) override;
    std::size_t on_chunk_body_impl(std::uint64_t remain, string_view part, error_code& ec) override;
    void on_finish_impl(error_code&) override {}
    request_parser& owner_;
  };

  bool is_plain(std::string_view unread);
  std::size_t parse_header(std::string_view unread);
  std::size_t parse_body(std::string_view unread);
  std::size_t find_header_end(std::string_view unread);
  void check_limits_of_unfinished_body(std::string_view rest);
  void check_trailers(std::string_view last_chunk, std::size_t fields);
  void read_connection(std::string_view options);
  void check_chunk_header(std::uint64_t size, std::string_view extensions,
                          boost::beast::error_code& ec);
  void count_field(boost::beast::error_code& ec);
  void refuse(const refusal& why);
  std::size_t append_body(std::string_view part, boost::beast::error_code& ec);

  const http_limits& limits_;
  std::optional<machine> machine_;  // when the request is not plain
  plain plain_ = plain::no;
  bool tried_plain_ = false;
  bool closes_ = false;  // "close" stands in a Connection field
  bool keeps_ = false;   // "keep-alive" does
  request_head head_;
  request request_;
  std::string body_;                   // keeps its capacity from request to request
  std::size_t scanned_ = 0;            // bytes of the header already searched for its end
  const char* chunk_front_ = nullptr;  // where the bytes given to machine_ begin
  refusal refusal_{};
  state state_ = state::header;
};

}  // namespace multipass
