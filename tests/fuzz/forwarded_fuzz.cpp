// X-Forwarded-For. Who asks is the same however the list is spread over fields, and is who the
// members say one by one from the right; nobody beyond a trusted proxy has a say in it.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/target.hpp"
#include "http/client_address.hpp"

namespace multipass::fuzz {
namespace {

using texts = std::vector<std::string_view>;

ip_address address(const char* text) {
  return boost::asio::ip::make_address(text);
}

const std::array trusted_lists{parse_networks("").value(), parse_networks("10.0.0.0/8").value(),
                               parse_networks("10.0.0.0/8, 192.0.2.0/24, 2001:db8::/32").value(),
                               parse_networks("0.0.0.0/0, ::/0").value()};
const networks& everybody = trusted_lists.back();
const std::array peers{address("10.0.0.1"), address("::ffff:10.0.0.1"), address("2001:db8::1"),
                       address("198.51.100.7")};

texts split(std::string_view text, char separator) {
  texts parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// One member's address: what it is said to be whoever says it.
std::optional<ip_address> address_of(std::string_view member) {
  const std::array only{member};
  const auto found = client_address(peers[0], only, everybody);
  if (found != client_address(peers[3], only, everybody)) return std::nullopt;
  return found;
}

ip_address walk(const ip_address& from, const texts& members, const networks& trusted) {
  auto known = from;
  for (auto m = members.rbegin(); m != members.rend() && trusted.contains(known); ++m) {
    if (m->find_first_not_of(" \t") == m->npos) continue;
    const auto stated = address_of(*m);
    if (!stated) break;
    known = *stated;
  }
  return known;
}

void check_address(const ip_address& found) {
  require(without_mapping(found) == found, "one host has one address");
  const auto text = found.to_string();
  for (const auto& written :
       {text, (found.is_v4() ? text : "[" + text + "]") + ":4711", " \t" + text + " "}) {
    require(address_of(written) == found, "written and read, it is the same");
  }
}

}  // namespace

// A field per line.
void fuzz_forwarded(std::string_view bytes) {
  const auto choice = take_choice(bytes);
  const auto& trusted = trusted_lists[choice % trusted_lists.size()];
  const auto& from = peers[choice / trusted_lists.size() % peers.size()];
  auto fields = split(bytes, '\n');
  const auto found = client_address(from, fields, trusted);
  if (!trusted.contains(from)) require(found == from, "who is not trusted speaks for itself");
  if (found != from) check_address(found);

  std::string joined(bytes);
  std::replace(joined.begin(), joined.end(), '\n', ',');
  const auto members = split(joined, ',');
  require(client_address(from, members, trusted) == found, "a field per member is the same");
  require(client_address(from, texts{joined}, trusted) == found, "as one field it is the same");
  require(walk(from, members, trusted) == found, "member by member it is the same");

  if (!trusted.contains(found)) {
    fields.insert(fields.begin(), "203.0.113.99");
    require(client_address(from, fields, trusted) == found, "what stands at its left has no say");
  }
  fields.push_back("unknown");
  require(client_address(from, fields, trusted) == from, "what is no address is not believed");
}

}  // namespace multipass::fuzz
