// Boost.Beast as its documentation teaches it: a coroutine per connection, tcp_stream with its
// time-outs, flat_buffer, request<string_body>, async_write(message). Checks no token.
//
//   beast_example --port N --answer FILE [--threads N]
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include "peer_options.hpp"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

using tcp_stream = beast::tcp_stream::rebind_executor<
    asio::use_awaitable_t<>::executor_with_default<asio::any_io_executor>>::other;

struct canned_answer {
  http::fields fields;
  std::string body;
};

// The fields that the server sets itself are left out.
canned_answer read_answer(const std::string& text) {
  http::response_parser<http::string_body> parser;
  beast::error_code ec;
  parser.eager(true);
  parser.put(asio::buffer(text), ec);
  if (ec || !parser.is_done()) peers::fail("--answer: the file holds no whole answer");
  auto message = parser.release();
  message.erase(http::field::date);
  message.erase(http::field::content_length);
  canned_answer answer{{}, message.body()};
  for (const auto& f : message) answer.fields.insert(f.name_string(), f.value());
  return answer;
}

// As Date has it, made once a second and thread.
const std::string& date_now() {
  thread_local std::time_t made_at = 0;
  thread_local std::string text;
  const auto now = std::time(nullptr);
  if (now != made_at) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    char buffer[40];
    text.assign(buffer, std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &parts));
    made_at = now;
  }
  return text;
}

http::response<http::string_body> respond(const http::request<http::string_body>& request,
                                          const canned_answer& answer) {
  const bool there =
      request.method() == http::verb::post && request.target() == "/api/tpp/accounts";
  http::response<http::string_body> response{there ? http::status::ok : http::status::not_found,
                                             request.version()};
  for (const auto& f : answer.fields) response.insert(f.name_string(), f.value());
  response.set(http::field::date, date_now());
  response.keep_alive(request.keep_alive());
  if (there) response.body() = answer.body;
  response.prepare_payload();
  return response;
}

asio::awaitable<void> serve(tcp_stream stream, const canned_answer& answer) {
  beast::flat_buffer buffer;
  try {
    for (bool keep_alive = true; keep_alive;) {
      stream.expires_after(std::chrono::seconds(30));
      http::request<http::string_body> request;
      co_await http::async_read(stream, buffer, request);
      const auto response = respond(request, answer);
      keep_alive = response.keep_alive();
      co_await http::async_write(stream, response);
    }
  } catch (const boost::system::system_error&) {
    // The peer is gone, took too long, or sent no HTTP.
  }
  beast::error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

asio::awaitable<void> accept_all(asio::io_context& context, tcp::endpoint where,
                                 const canned_answer& answer) {
  tcp::acceptor acceptor(context, where);
  acceptor.listen();
  while (true) {
    auto socket = co_await acceptor.async_accept(asio::make_strand(context), asio::use_awaitable);
    socket.set_option(tcp::no_delay(true));
    auto strand = socket.get_executor();
    asio::co_spawn(strand, serve(tcp_stream(std::move(socket)), answer), asio::detached);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = peers::read_options(argc, argv, {});
  const auto answer = read_answer(peers::read_file(options.answer));
  const int threads = static_cast<int>(options.threads);
  asio::io_context context{threads};
  const tcp::endpoint where{asio::ip::address_v4::loopback(), options.port};
  const auto when_over = [](const std::exception_ptr& why) {
    if (why) std::rethrow_exception(why);
  };
  asio::co_spawn(context, accept_all(context, where, answer), when_over);
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back([&] { context.run(); });
  context.run();
}
