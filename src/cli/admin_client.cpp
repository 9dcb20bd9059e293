#include "cli/admin_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "base/task.hpp"

namespace multipass::cli {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using asio::ip::tcp;

using http_request = http::request<http::string_body>;
using http_response = http::response<http::string_body>;
using stream = beast::basic_stream<tcp, executor>;

constexpr std::chrono::seconds patience{60};
constexpr std::size_t most_body = std::size_t{1} << 30U;
constexpr std::size_t sent_unasked = 65'536;  // larger bodies wait for "100 Continue"

template <class Stream>
task<http_response> read_response(Stream& connection, beast::flat_buffer& buffer) {
  http::response_parser<http::string_body> parser;
  parser.body_limit(most_body);
  co_await http::async_read(connection, buffer, parser, use_task);
  co_return parser.release();
}

// A server that refuses a large body says so before the body is on its way (RFC 9110, section
// 10.1.1); sending it all the same could lose the refusal to a reset connection.
template <class Stream>
task<http_response> converse(Stream& connection, http_request& request) {
  const bool asks_first = request.body().size() > sent_unasked;
  if (asks_first) request.set(http::field::expect, "100-continue");
  http::request_serializer<http::string_body> writer(request);
  beast::flat_buffer buffer;
  if (asks_first) {
    co_await http::async_write_header(connection, writer, use_task);
    auto response = co_await read_response(connection, buffer);
    if (response.result() != http::status::continue_) co_return response;
  }
  co_await http::async_write(connection, writer, use_task);
  co_return co_await read_response(connection, buffer);
}

// Where a request goes, and how.
struct destination {
  std::string host, port;
  ssl::context* tls;  // null: plain

  std::string url() const { return (tls == nullptr ? "http://" : "https://") + host + ":" + port; }
};

task<http_response> exchange(asio::io_context& loop, const destination& to, http_request& request) {
  asio::ip::basic_resolver<tcp, executor> resolver(loop.get_executor());
  const auto addresses = co_await resolver.async_resolve(to.host, to.port, use_task);
  stream connection(loop.get_executor());
  connection.expires_after(patience);
  co_await connection.async_connect(addresses, use_task);
  if (to.tls == nullptr) co_return co_await converse(connection, request);

  ssl::stream<stream&> secured(connection, *to.tls);
  secured.set_verify_callback(ssl::host_name_verification(to.host));
  boost::system::error_code is_name;
  asio::ip::make_address(to.host, is_name);
  if (is_name) SSL_set_tlsext_host_name(secured.native_handle(), to.host.c_str());
  co_await secured.async_handshake(ssl::stream_base::client, use_task);
  co_return co_await converse(secured, request);
}

// Runs the exchange on an event loop of its own. Throws what the exchange threw.
http_response run(const destination& to, http_request& request) {
  asio::io_context loop(1);
  std::exception_ptr failure;
  http_response response;
  auto done = [&](std::exception_ptr thrown, http_response r) {
    failure = thrown;
    response = std::move(r);
  };
  asio::co_spawn(loop, exchange(loop, to, request), done);
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return response;
}

result<admin_reply> send(const destination& to, http_request& request) {
  http_response response;
  try {
    response = run(to, request);
  } catch (const boost::system::system_error& e) {
    const bool of_tls = e.code().category() == asio::error::get_ssl_category();
    return fail(errc::unavailable,
                to.url() + ": " + e.code().message() + (of_tls ? "" : "; is the server running?"));
  }
  boost::json::error_code ec;
  const auto body = boost::json::parse(response.body(), ec);
  if (ec || !body.is_object()) {
    return fail(errc::unavailable, to.url() + ": the answer is not one of the admin API");
  }
  return admin_reply{response.result_int(), body.get_object()};
}

http_request make_request(http::verb method, std::string_view target, const std::string& host,
                          const std::string& port, const std::string& key) {
  http_request request(method, target, 11);
  request.set(http::field::host, host + ":" + port);
  request.set(http::field::authorization, "Bearer " + key);
  request.set(http::field::connection, "close");
  return request;
}

}  // namespace

admin_client::admin_client(std::string host, std::string port, std::string key)
    : host_(std::move(host)), port_(std::move(port)), key_(std::move(key)) {}

result<admin_client> admin_client::make(std::string_view url, std::string key,
                                        const admin_tls_files& tls) {
  const auto parsed = boost::urls::parse_uri(url);
  const bool secure = parsed && parsed->scheme() == "https";
  if (!parsed || !(secure || parsed->scheme() == "http") || parsed->host().empty() ||
      !parsed->has_port() || !(parsed->encoded_path().empty() || parsed->encoded_path() == "/")) {
    return fail(errc::bad_configuration,
                "--admin: expected http(s)://host:port, not \"" + std::string(url) + "\"");
  }
  admin_client made(parsed->host_address(), parsed->port(), std::move(key));
  if (!secure) return made;
  auto context = make_tls(tls);
  if (!context) return context.error();
  made.tls_ = std::move(*context);
  return made;
}

result<admin_reply> admin_client::get(std::string_view target) const {
  auto request = make_request(http::verb::get, target, host_, port_, key_);
  return send({host_, port_, tls_.get()}, request);
}

result<admin_reply> admin_client::post(std::string_view target, std::string_view content_type,
                                       std::string body) const {
  auto request = make_request(http::verb::post, target, host_, port_, key_);
  if (!content_type.empty()) request.set(http::field::content_type, content_type);
  request.body() = std::move(body);
  request.prepare_payload();
  return send({host_, port_, tls_.get()}, request);
}

result<admin_reply> admin_client::post(std::string_view target,
                                       const boost::json::object& body) const {
  return post(target, "application/json", boost::json::serialize(body));
}

result<boost::json::object> body_of(result<admin_reply> reply) {
  if (!reply) return reply.error();
  if (reply->status / 100 == 2) return std::move(reply->body);
  const auto* message = reply->body.if_contains("message");
  if (message == nullptr || !message->is_string()) {
    return fail(errc::unavailable, "The server answered " + std::to_string(reply->status));
  }
  return fail(errc::conflict, std::string(message->get_string()));
}

std::string path_segment(std::string_view value) {
  return boost::urls::encode(value, boost::urls::unreserved_chars);
}

}  // namespace multipass::cli
