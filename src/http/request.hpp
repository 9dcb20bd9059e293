// One parsed request. Every view points into the connection's buffers and is good until the answer
// has been written; a handler that suspends may keep using it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace multipass {

enum class verb : std::uint8_t { get, head, post, other };

struct request {
  verb method = verb::other;
  std::string_view path;   ///< origin-form, as sent (not percent-decoded), without the query
  std::string_view query;  ///< behind the '?', as sent
  std::string_view body;   ///< whole and de-chunked

  // The header fields that anything here reads; empty when absent.
  std::string_view authorization;
  std::string_view content_type;
  std::string_view cookie;
  std::string_view origin;
  std::string_view sec_fetch_site;
  std::string_view psu_ip_address;
  std::string_view request_id;  ///< X-Request-ID as it may be logged, or the one made here
  std::uint8_t authorization_count = 0;
  std::uint8_t client_cert_count = 0;
  std::string_view client_cert;          ///< believed from trusted_proxies only
  std::uint8_t forwarded_for_count = 0;  ///< how many of the fields below there are
  std::uint8_t max_json_depth = 16;      ///< what the listener allows a JSON body
  /// X-Forwarded-For, each field of it, the topmost first; of more than four the last four.
  std::array<std::string_view, 4> forwarded_for;

  /// What stood where the endpoint's path has "{}", in order, as sent.
  std::array<std::string_view, 2> path_arguments;
};

}  // namespace multipass
