// JSON: what is accepted, Boost.JSON accepts too, is UTF-8 throughout, no member twice, and is the
// same when it is written and read again.
#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/json_text.hpp"
#include "base/json_value.hpp"
#include "fuzz/target.hpp"

namespace multipass::fuzz {
namespace {

bool same(const json_value& a, const json_value& b) {
  return a.what == b.what && a.key == b.key && a.text == b.text &&
         std::ranges::equal(a.children, b.children, same);
}

void check(const json_value& value, unsigned depth) {
  require(depth <= 16, "no deeper than is read");
  require(is_utf8(value.key) && is_utf8(value.text), "text is UTF-8");
  const bool object = value.what == json_value::kind::object;
  for (auto i = value.children.begin(); i != value.children.end(); ++i) {
    require(!object || std::none_of(value.children.begin(), i,
                                    [&](const json_value& other) { return other.key == i->key; }),
            "no member twice");
    const bool nests = i->what == json_value::kind::object || i->what == json_value::kind::array;
    check(*i, depth + (nests ? 1 : 0));
  }
}

}  // namespace

void fuzz_json(std::string_view bytes) {
  const auto read = parse_json(bytes);
  if (!read) {
    require(!read.error().message.empty(), "a reason");
    return;
  }
  check(*read, 1);
  const auto written = to_json(*read);
  const auto again = parse_json(written);
  require(again.has_value() && same(*read, *again), "written and read, it is the same");
  boost::json::error_code ec;
  boost::json::parse({bytes.data(), bytes.size()}, ec);
  require(!ec.failed(), "Boost.JSON accepts it");
}

}  // namespace multipass::fuzz
