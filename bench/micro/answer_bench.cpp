// An account list on its way out: the JSON made from accounts (once per change), and the answer
// around it put into the connection's buffer (every request), beside the ways a general library
// does the same.
//
// `copy_answer` is the floor of the second: as many bytes copied into the same buffer.
#include <benchmark/benchmark.h>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "api/account_json.hpp"
#include "http/answer.hpp"

namespace {

using namespace multipass;
namespace http = boost::beast::http;

constexpr std::string_view date = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view request_id = "0b0c2b66-6d2c-4d0e-9d5e-2f1f4e0f7b1a";

std::vector<account> two_accounts() {
  return {{account_id{47669570047}, "Anna Bell", "GB01TCCL82495709311980", "EUR", "[]"},
          {account_id{47669570048}, "Anna Bell, savings", "GB01TCCL82495709311981", "GBP", "[]"}};
}

void json_multipass(benchmark::State& s) {
  const auto accounts = two_accounts();
  for (auto _ : s) benchmark::DoNotOptimize(account_list_json(accounts));
}
BENCHMARK(json_multipass);

void json_boost(benchmark::State& s) {
  const auto accounts = two_accounts();
  for (auto _ : s) {
    boost::json::array list;
    for (const auto& a : accounts) {
      list.push_back({{"id", static_cast<std::int64_t>(a.id)},
                      {"name", a.name},
                      {"iban", a.iban},
                      {"currency", a.currency},
                      {"additional_data", boost::json::array()}});
    }
    const boost::json::object whole{{"accounts", std::move(list)}};
    benchmark::DoNotOptimize(boost::json::serialize(whole));
  }
}
BENCHMARK(json_boost);

void write_answer(std::string& buffer, std::string_view body) {
  buffer.clear();
  answer::context context{};
  context.buffer = &buffer;
  context.date = date;
  context.request_id = request_id;
  answer(context).json(200, body);
}

void answer_multipass(benchmark::State& s) {
  const std::string body = account_list_json(two_accounts());
  std::string buffer;
  for (auto _ : s) {
    write_answer(buffer, body);
    benchmark::DoNotOptimize(buffer.data());
    benchmark::ClobberMemory();
  }
  s.counters["bytes"] = double(buffer.size());
}
BENCHMARK(answer_multipass);

// What http::async_write() makes of a message before it is sent: a sequence of buffers.
void answer_beast(benchmark::State& s) {
  const std::string body = account_list_json(two_accounts());
  std::size_t bytes = 0;
  for (auto _ : s) {
    http::response<http::string_body> message{http::status::ok, 11};
    message.set(http::field::content_type, "application/json");
    message.set(http::field::cache_control, "no-store");
    message.set("X-Request-ID", request_id);
    message.set(http::field::date, date);
    message.body() = body;
    message.prepare_payload();
    http::serializer<false, http::string_body> serializer(message);
    boost::beast::error_code failed;
    serializer.next(failed, [&bytes](auto&, const auto& buffers) {
      bytes = boost::asio::buffer_size(buffers);
    });
    benchmark::DoNotOptimize(bytes);
  }
  s.counters["bytes"] = double(bytes);
}
BENCHMARK(answer_beast);

void copy_answer(benchmark::State& s) {
  std::string whole, buffer;
  write_answer(whole, account_list_json(two_accounts()));
  for (auto _ : s) {
    buffer.assign(whole);
    benchmark::DoNotOptimize(buffer.data());
    benchmark::ClobberMemory();
  }
  s.counters["bytes"] = double(whole.size());
}
BENCHMARK(copy_answer);

}  // namespace

BENCHMARK_MAIN();
