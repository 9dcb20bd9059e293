// Bytes of a connection through the request parser, under small limits. However they are cut, the
// same requests come out, or the same refusal; and a request that comes whole, and so may take the
// fast way, comes out as it does through Beast, which it takes when its first byte comes alone.
#include "http/request_parser.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/target.hpp"

namespace multipass::fuzz {
namespace {

using state = request_parser::state;

const http_limits limits{
    .header = 512, .request_line = 128, .header_fields = 12, .body = 256, .chunk_header = 32};

// What became of one request. One that is wrong in two ways may be refused for either, as one or
// the other is seen first: for its size or for its form.
struct outcome {
  state end = state::header;
  unsigned status = 0;
  bool keep_alive = false;
  bool expects_continue = false;
  std::size_t authorizations = 0;
  std::vector<std::string> parts;
  friend bool operator==(const outcome&, const outcome&) = default;
};

void check_request(const request& r) {
  require(r.path.starts_with('/'), "a path begins with a slash");
  require(r.path.find_first_of(std::string_view("\0\r\n ?#", 6)) == r.path.npos, "a path is plain");
  require(r.body.size() <= limits.body, "a body keeps its limit");
  for (const auto value : {r.authorization, r.content_type, r.cookie, r.origin, r.sec_fetch_site,
                           r.psu_ip_address, r.request_id}) {
    require(value.find_first_of(std::string_view("\0\r\n", 3)) == value.npos,
            "no line ends within a field");
  }
}

outcome outcome_of(request_parser& parser) {
  outcome o{.end = parser.now(), .expects_continue = parser.expects_continue()};
  if (o.end == state::refused) {
    o.status = parser.why().status;
    require(o.status >= 400 && (o.status < 500 || o.status == 505),
            "a refusal is the peer's fault");
    if (o.status == 413 || o.status == 431) o.status = 400;
  }
  if (o.end != state::done) return o;
  const auto& r = parser.current();
  check_request(r);
  o.keep_alive = parser.keep_alive();
  o.authorizations = r.authorization_count;
  for (const auto part : {r.path, r.query, r.body, r.authorization, r.content_type, r.cookie,
                          r.origin, r.sec_fetch_site, r.psu_ip_address, r.request_id}) {
    o.parts.emplace_back(part);
  }
  o.parts.push_back(std::to_string(static_cast<int>(r.method)));
  return o;
}

// All requests in `bytes`, which come in steps: first `first`, then `step` at a time.
std::vector<outcome> read_all(std::string_view bytes, std::size_t first, std::size_t step) {
  request_parser parser(limits);
  std::vector<outcome> all;
  std::size_t used = 0;
  std::size_t there = std::min(first, bytes.size());
  while (true) {
    used += parser.parse(bytes.substr(used, there - used));
    require(used <= there, "no more is used than is there");
    if (parser.now() == state::done && used < bytes.size()) {
      all.push_back(outcome_of(parser));
      if (!all.back().keep_alive) return all;
      parser.start();
    } else if (parser.now() == state::refused || there == bytes.size()) {
      all.push_back(outcome_of(parser));
      return all;
    } else {
      there = std::min(there + step, bytes.size());
    }
  }
}

}  // namespace

void fuzz_request(std::string_view bytes) {
  constexpr std::size_t most = 4096;  // what a session has at once is bounded as well
  const auto cut = take_choice(bytes) + 1;
  bytes = bytes.substr(0, most);
  const auto at_once = read_all(bytes, bytes.size(), 1);
  require(at_once == read_all(bytes, 1, bytes.size() + 1), "the fast way and Beast's agree");
  require(at_once == read_all(bytes, 1, 1), "byte by byte is the same");
  require(at_once == read_all(bytes, cut, bytes.size() + 1), "in two pieces is the same");
  require(at_once == read_all(bytes, cut, cut), "in many pieces is the same");
}

}  // namespace multipass::fuzz
