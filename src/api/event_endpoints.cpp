#include "api/event_endpoints.hpp"

#include <charconv>
#include <string>

#include "domain/event_json.hpp"
#include "http/parameters.hpp"
#include "http/problem.hpp"

namespace multipass {
namespace {

constexpr std::int64_t most_polled = 1000;
constexpr std::int64_t polled_unasked = 100;

// A whole number in decimal digits.
result<std::int64_t> number_of(const parameters& sent, std::string_view name,
                               std::int64_t otherwise, std::int64_t least, std::int64_t most,
                               const char* expected) {
  const auto text = sent.find(name);
  if (!text) return otherwise;
  std::int64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, number);
  const bool whole = read.ec == std::errc{} && read.ptr == end;
  if (whole && number >= least && number <= most) return number;
  return fail(errc::invalid_input, "Parameter " + std::string(name) + " must be " + expected);
}

struct poll_request {
  std::int64_t after = 0;
  std::int64_t limit = polled_unasked;
};

result<poll_request> read_poll(const parameters& sent) {
  const auto after = number_of(sent, "after", 0, 0, std::numeric_limits<std::int64_t>::max(),
                               "the number that `next` gave, 0 at first");
  if (!after) return after.error();
  const auto limit = number_of(sent, "limit", polled_unasked, 1, most_polled, "1 to 1000");
  if (!limit) return limit.error();
  return poll_request{*after, *limit};
}

void refuse(answer& out, const error& e) {
  if (e.code != errc::unauthorized) return answer_problem(out, e);
  out.problem(status_of(e.code), e.message, "WWW-Authenticate: Basic realm=\"multipass\"\r\n");
}

std::string poll_text(std::span<const event> found, const poll_request& asked) {
  const bool more = found.size() > static_cast<std::size_t>(asked.limit);
  if (more) found = found.first(static_cast<std::size_t>(asked.limit));
  std::string text = R"({"events":[)";
  for (const event& e : found) {
    if (text.back() != '[') text += ',';
    append_polled_event(text, e);
  }
  const auto next = found.empty() ? asked.after : found.back().number;
  text.append(R"(],"next":)").append(std::to_string(next));
  return text.append(more ? R"(,"more":true})" : R"(,"more":false})");
}

}  // namespace

endpoint_table event_endpoints::rows() {
  return {{verb::get, "/tpp/events", "events", [this](exchange& x) { return poll(x); }, {}}};
}

// A secret is taken from the Authorization header only: in a URL it would end up in logs.
task<> event_endpoints::poll(exchange& x) {
  const auto sent = parameters::read(x.in, settings_.max_parameters);
  if (!sent) co_return answer_problem(x.out, sent.error());
  const auto asked = read_poll(*sent);
  if (!asked) co_return answer_problem(x.out, asked.error());
  const auto shown = certificates_.of(x);
  if (!shown) co_return answer_problem(x.out, shown.error());
  client_credentials credentials;
  credentials.authorization = x.in.authorization;
  credentials.authorization_count = x.in.authorization_count;
  credentials.client_id = sent->find("client_id").value_or(std::string_view{});
  credentials.certificate = shown->get();
  const auto known = co_await clients_.authenticate(credentials);
  if (!known) co_return refuse(x.out, known.error());
  event_filter filter;
  filter.tpp_username = known->username;
  filter.after = asked->after;
  filter.limit = static_cast<std::size_t>(asked->limit) + 1;  // one more shows whether that is all
  auto read = [&filter](store_reader& s) { return s.list_events(filter); };
  const auto found = co_await pool_.read(read);
  if (!found) co_return answer_problem(x.out, found.error());
  x.out.json(200, poll_text(*found, *asked));
}

}  // namespace multipass
