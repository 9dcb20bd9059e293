// A request's header, from bytes to the parsed request: the gateway's parser, framing guard and
// limits included, beside Beast's request_parser with its fields container, as its examples use it.
//
// `find_lines` is the floor: looking at each byte once, for the ends of the lines.
#include <benchmark/benchmark.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "http/request_parser.hpp"

namespace {

using namespace multipass;
namespace http = boost::beast::http;

enum shape { bare, proxied };  // what a plain client sends; what comes through a balancer

std::string request_bytes(std::int64_t which) {
  std::string text =
      "POST /api/tpp/accounts HTTP/1.1\r\n"
      "Host: bank.example\r\n"
      "Authorization: Bearer gbOyNBXkxceJDGBsz9onYsXK5\r\n";
  if (which == proxied) {
    text +=
        "User-Agent: shop-backend/4.2 (+https://shop.example/contact)\r\n"
        "Accept: application/json\r\n"
        "Accept-Encoding: gzip, deflate\r\n"
        "X-Request-ID: 0b0c2b66-6d2c-4d0e-9d5e-2f1f4e0f7b1a\r\n"
        "PSU-IP-Address: 203.0.113.17\r\n"
        "X-Forwarded-For: 203.0.113.17, 198.51.100.4\r\n"
        "X-Forwarded-Proto: https\r\n"
        "X-Forwarded-Port: 443\r\n"
        "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"
        "Connection: keep-alive\r\n";
  }
  return text + "Content-Length: 0\r\n\r\n";
}

void parse_multipass(benchmark::State& s) {
  const std::string bytes = request_bytes(s.range(0));
  const http_limits limits;
  request_parser parser(limits);
  for (auto _ : s) {
    parser.start();
    parser.parse(bytes);
    if (parser.now() != request_parser::state::done) s.SkipWithError("not parsed");
    benchmark::DoNotOptimize(parser.current().authorization);
  }
  s.SetBytesProcessed(s.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(parse_multipass)->ArgName("proxied")->Arg(bare)->Arg(proxied);

void parse_beast(benchmark::State& s) {
  const std::string bytes = request_bytes(s.range(0));
  std::optional<http::request_parser<http::empty_body>> parser;
  for (auto _ : s) {
    parser.emplace();  // one parser reads one message
    boost::beast::error_code failed;
    parser->put(boost::asio::buffer(bytes), failed);
    if (failed || !parser->is_done()) s.SkipWithError("not parsed");
    benchmark::DoNotOptimize(parser->get()[http::field::authorization]);
  }
  s.SetBytesProcessed(s.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(parse_beast)->ArgName("proxied")->Arg(bare)->Arg(proxied);

void find_lines(benchmark::State& s) {
  const std::string bytes = request_bytes(s.range(0));
  for (auto _ : s) {
    std::size_t lines = 0;
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    while (const void* found = std::memchr(at, '\n', static_cast<std::size_t>(end - at))) {
      at = static_cast<const char*>(found) + 1;
      ++lines;
    }
    benchmark::DoNotOptimize(lines);
  }
  s.SetBytesProcessed(s.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(find_lines)->ArgName("proxied")->Arg(bare)->Arg(proxied);

}  // namespace

BENCHMARK_MAIN();
