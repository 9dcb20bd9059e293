#include "webhooks/delivery.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <charconv>
#include <optional>

namespace multipass {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using stream = beast::basic_stream<tcp, executor>;

constexpr std::uint32_t most_of_an_answer = 8192;  // status line and header; the body is not read
constexpr unsigned most_interim_answers = 8;

std::string request_text(const webhook_route& route, const webhook_message& m) {
  std::string text = "POST " + route.target.path + " HTTP/1.1\r\nHost: " + route.target.authority;
  text += "\r\nUser-Agent: MultiPass\r\nContent-Type: application/json\r\nContent-Length: ";
  text += std::to_string(m.payload.size());
  text += "\r\nwebhook-id: " + m.id + "\r\nwebhook-timestamp: " + m.timestamp;
  text += "\r\nwebhook-signature: " + m.signature + "\r\nConnection: close\r\n\r\n";
  return text += m.payload;
}

// Seconds only: a date would need the receiver's clock to be right.
std::chrono::seconds retry_after_of(std::string_view text) {
  std::uint32_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return std::chrono::seconds{whole ? seconds : 0};
}

// Announces the answer, as RFC 9110 section 15.2 lets a server do unasked. 101 would be one.
bool is_interim(unsigned status) {
  return status >= 100 && status < 200 && status != 101;
}

template <class Stream>
task<attempt> converse(Stream& connection, const std::string& request) {
  co_await asio::async_write(connection, asio::buffer(request), use_task);
  beast::flat_buffer buffer(most_of_an_answer);
  for (unsigned interim = 0;; ++interim) {
    http::response_parser<http::empty_body> answer;
    answer.header_limit(most_of_an_answer);
    answer.body_limit(boost::none);  // however much it announces, it is not read
    co_await http::async_read_header(connection, buffer, answer, use_task);
    const auto status = answer.get().result_int();
    if (is_interim(status) && interim < most_interim_answers) continue;
    co_return judge_answer(status, retry_after_of(answer.get()[http::field::retry_after]));
  }
}

task<attempt> converse_over_tls(stream& connection, const webhook_route& route,
                                const std::string& request) {
  ssl::stream<stream&> secured(connection, *route.trust);
  secured.set_verify_callback(ssl::host_name_verification(route.target.host));
  boost::system::error_code is_name;
  asio::ip::make_address(route.target.host, is_name);
  if (is_name) SSL_set_tlsext_host_name(secured.native_handle(), route.target.host.c_str());
  boost::system::error_code ec;
  co_await secured.async_handshake(ssl::stream_base::client, asio::redirect_error(use_task, ec));
  if (ec == beast::error::timeout) throw boost::system::system_error(ec);
  if (ec) {
    const long verified = SSL_get_verify_result(secured.native_handle());
    attempt refused;
    refused.error =
        "TLS: " + (verified == X509_V_OK ? ec.message()
                                         : std::string(X509_verify_cert_error_string(verified)));
    co_return refused;
  }
  co_return co_await converse(secured, request);
}

std::string reason_of(const boost::system::error_code& ec) {
  if (ec == beast::error::timeout) return "no answer in time";
  if (ec == http::error::end_of_stream || ec == http::error::partial_message ||
      ec == asio::error::eof || ec == ssl::error::stream_truncated) {
    return "the connection ended without an answer";
  }
  if (ec.category() == http::make_error_code(http::error::end_of_stream).category()) {
    return "the answer is not HTTP, or its header is longer than 8 KiB";
  }
  return ec.message();
}

// To the first address that answers. One that swallows packets uses up its share of the time alone.
task<> connect(std::optional<stream>& connection, const webhook_route& route,
               std::chrono::steady_clock::time_point deadline) {
  const auto loop = co_await asio::this_coro::executor;
  boost::system::error_code ec = asio::error::host_not_found;
  for (std::size_t i = 0; i < route.addresses.size(); ++i) {
    const auto left = static_cast<int>(route.addresses.size() - i);
    const auto now = std::chrono::steady_clock::now();
    connection.emplace(loop);
    connection->expires_at(now + (deadline - now) / left);
    co_await connection->async_connect(route.addresses[i], asio::redirect_error(use_task, ec));
    if (!ec) break;
  }
  if (ec) throw boost::system::system_error(ec);
  connection->expires_at(deadline);
}

}  // namespace

task<attempt> deliver(const webhook_route& route, const webhook_message& message,
                      std::chrono::steady_clock::time_point deadline) {
  attempt failed;
  try {
    const std::string request = request_text(route, message);
    std::optional<stream> connection;
    co_await connect(connection, route, deadline);
    if (route.target.tls) co_return co_await converse_over_tls(*connection, route, request);
    co_return co_await converse(*connection, request);
  } catch (const boost::system::system_error& e) {
    failed.error = reason_of(e.code());
  } catch (const std::exception&) {
    failed.error = "there is no memory for it";
  }
  co_return failed;
}

}  // namespace multipass
