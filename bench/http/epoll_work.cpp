// The floor with the gateway's work in it: the same loop as epoll_floor, with the gateway's own
// parser, digest, token cache and scope check before the canned bytes. What the gateway costs above
// this is routing, request ids, metrics, time-outs, log, and its server framework.
//
//   epoll_work --port N --answer FILE --tokens FILE [--threads N] [--gather]
//
// A line of the token file is a token, or a token, a space and the scopes it has; else it has all.
#include <algorithm>
#include <exception>
#include <sstream>
#include <string>

#include "auth/bearer.hpp"
#include "cache/token_cache.hpp"
#include "epoll_loop.hpp"
#include "http/request_parser.hpp"
#include "multipass/clock.hpp"
#include "multipass/config.hpp"
#include "peer_options.hpp"

namespace multipass {
namespace {

constexpr std::string_view not_found =
    "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
    "Content-Length: 23\r\n\r\n{\"message\":\"Not found\"}";
constexpr std::string_view unauthorized =
    "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
    "WWW-Authenticate: Bearer\r\nContent-Length: 26\r\n\r\n{\"message\":\"Unauthorized\"}";
constexpr std::string_view forbidden =
    "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
    "WWW-Authenticate: Bearer\r\nContent-Length: 23\r\n\r\n{\"message\":\"Forbidden\"}";

// There is no store behind this cache: a token whose set of four is full is not known. With as many
// slots as this, about three in ten thousand.
constexpr std::size_t slots_per_token = 8;

// What the threads share. Written before they start.
class bank {
 public:
  bank(std::string answer, const std::string& tokens)
      : answer_(std::move(answer)),
        cache_(std::max(config{}.token_cache_entries, slots_per_token * lines_of(tokens)),
               changes_) {
    const timestamp ends = clock_.now() + std::chrono::days(1);
    std::istringstream lines(tokens);
    std::int64_t number = 0;
    for (std::string line; std::getline(lines, line);) {
      const auto space = line.find(' ');
      const auto scopes = space == std::string::npos
                              ? scope_set::all()
                              : parse_scopes(std::string_view(line).substr(space + 1)).value();
      cache_.insert(sha256(std::string_view(line).substr(0, space)),
                    {consent_id{++number}, tpp_id{1}, scopes, ends}, changes_.now());
    }
  }

  std::string_view answer_to(const request& in) const {
    if (in.method != verb::post || in.path != "/api/tpp/accounts") return not_found;
    const auto presented = parse_bearer(in.authorization);
    if (presented.problem != verdict::granted) return unauthorized;
    const auto found = cache_.find(sha256(presented.token));
    if (!found || clock_.now() >= found->expires_at) return unauthorized;
    return found->scopes.contains(scope::account_list) ? std::string_view(answer_) : forbidden;
  }

  const http_limits& limits() const { return limits_; }

 private:
  static std::size_t lines_of(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  std::string answer_;
  http_limits limits_;
  const clock& clock_ = system_clock();
  change_clock changes_;
  token_cache cache_;
};

class working_session {
 public:
  explicit working_session(const bank& b) : bank_(b), parser_(b.limits()) {}

  peers::step next(std::string_view unread) {
    const std::size_t used = parser_.parse(unread);
    if (parser_.now() == request_parser::state::header) return {};
    if (parser_.now() != request_parser::state::done) return {0, {}, true};  // a body, or refused
    const auto answer = bank_.answer_to(parser_.current());
    parser_.start();
    return {used, answer};
  }

 private:
  const bank& bank_;
  request_parser parser_;
};

}  // namespace
}  // namespace multipass

int main(int argc, char** argv) {
  const auto options = peers::read_options(argc, argv, {"tokens", "gather"});
  const auto answer = peers::read_file(options.answer);
  const auto tokens = peers::read_file(options.tokens);
  try {
    const multipass::bank shared(answer, tokens);
    peers::epoll_server<multipass::working_session, const multipass::bank>(options, shared).run();
  } catch (const std::exception& e) {
    peers::fail(options.tokens + ": " + e.what());
  }
}
