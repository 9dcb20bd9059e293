// The PROXY header, which comes before anything is known of the other end. However its bytes come,
// one thing is decided of them, and whoever reads as many as are asked for takes none of what is
// behind it.
#include "http/proxy_header.hpp"

#include <algorithm>
#include <string>

#include "fuzz/target.hpp"

namespace multipass::fuzz {
namespace {

using state = proxy_header::state;

bool same(const proxy_header& a, const proxy_header& b) {
  return a.now == b.now && a.size == b.size && a.source == b.source;
}

void check_prefixes(std::string_view bytes, const proxy_header& whole) {
  bool decided = false;
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const auto part = read_proxy_header(bytes.substr(0, size));
    if (part.now != state::more) {
      require(same(part, whole), "a prefix decides as the whole does");
      decided = true;
      continue;
    }
    require(!decided, "what is decided stays so");
    require(part.size > 0, "more is one byte at least");
    require(size + part.size <= longest_proxy_header, "a header keeps its limit");
    if (whole.now == state::done) {
      require(size + part.size <= whole.size, "what is asked for belongs to the header");
    }
  }
}

// As a session reads.
void check_reading(std::string_view bytes, const proxy_header& whole) {
  std::size_t there = 0;
  auto read = read_proxy_header({});
  while (read.now == state::more && there < bytes.size()) {
    there = std::min(there + read.size, bytes.size());
    read = read_proxy_header(bytes.substr(0, there));
  }
  require(same(read, whole), "read in the steps it asks for, it is the same");
  if (read.now == state::done) require(there == read.size, "and nothing behind it is taken");
}

void check_source(const ip_address& source) {
  require(without_mapping(source) == source, "one host has one address");
  const auto text = source.to_string();
  const auto line =
      (source.is_v4() ? "PROXY TCP4 " : "PROXY TCP6 ") + text + " " + text + " 1 2\r\n";
  const auto again = read_proxy_header(line);
  require(again.now == state::done && again.size == line.size() && again.source == source,
          "written as version 1, it is the same");
}

}  // namespace

void fuzz_proxy_header(std::string_view bytes) {
  bytes = bytes.substr(0, longest_proxy_header + 64);
  const auto whole = read_proxy_header(bytes);
  if (whole.now == state::done) {
    require(whole.size <= std::min(bytes.size(), longest_proxy_header),
            "no more is taken than is there");
  }
  check_prefixes(bytes, whole);
  check_reading(bytes, whole);
  if (whole.source) {
    require(whole.now == state::done, "only a good header states a source");
    check_source(*whole.source);
  }
}

}  // namespace multipass::fuzz
