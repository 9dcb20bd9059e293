// Networks and listen addresses, as they are configured: a network holds the address it is named
// by, and an address is the same when it is written and read again.
#include "base/networks.hpp"

#include <string>

#include "base/listen_address.hpp"
#include "fuzz/target.hpp"

namespace multipass::fuzz {

void fuzz_networks(std::string_view bytes) {
  if (const auto all = parse_networks(bytes)) {
    const auto first = bytes.find_first_not_of(", ");
    require(all->empty() == (first == bytes.npos), "empty when nothing is named");
    if (all->empty()) return;
    const auto named = bytes.substr(first, bytes.find_first_of(", /", first) - first);
    const auto address = boost::asio::ip::make_address(std::string(named));
    // ::ffff:192.0.2.7 is looked up as 192.0.2.7, which a network in the long form does not hold.
    if (without_mapping(address) == address) {
      require(all->contains(address), "a network holds its first address");
    }
  } else {
    require(all.error().code == errc::bad_configuration, "the operator's to mend");
  }
  if (const auto address = parse_listen_address(bytes)) {
    const auto again = parse_listen_address(to_text(*address));
    require(again && again->ip == address->ip && again->port == address->port,
            "written and read, it is the same");
  }
}

}  // namespace multipass::fuzz
