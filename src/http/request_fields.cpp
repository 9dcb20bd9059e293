#include "http/request_fields.hpp"

#include <algorithm>

namespace multipass {

namespace {

// Proxies add at the bottom, and what they say is read from there.
void file_forwarded_for(std::string_view value, request& parts) noexcept {
  auto& fields = parts.forwarded_for;
  if (parts.forwarded_for_count == fields.size()) {
    std::shift_left(fields.begin(), fields.end(), 1);
    --parts.forwarded_for_count;
  }
  fields[parts.forwarded_for_count++] = value;
}

}  // namespace

void file_field(header_field name, std::string_view value, request_head& head,
                request& parts) noexcept {
  switch (name) {
    case header_field::host:
      ++head.hosts;
      head.host = value;
      break;
    case header_field::authorization:
      if (parts.authorization_count < 255) ++parts.authorization_count;
      parts.authorization = value;
      break;
    case header_field::client_cert:
      if (parts.client_cert_count < 255) ++parts.client_cert_count;
      parts.client_cert = value;
      break;
    case header_field::content_type:
      ++head.content_types;
      parts.content_type = value;
      break;
    case header_field::content_length:
      ++head.content_lengths;
      head.content_length = value;
      break;
    case header_field::transfer_encoding:
      ++head.transfer_encodings;
      head.transfer_encoding = value;
      break;
    case header_field::cookie:
      parts.cookie = value;
      break;
    case header_field::origin:
      parts.origin = value;
      break;
    case header_field::expect:
      ++head.expects;
      head.expect = value;
      break;
    case header_field::x_request_id:
      parts.request_id = value;
      break;
    case header_field::sec_fetch_site:
      parts.sec_fetch_site = value;
      break;
    case header_field::psu_ip_address:
      parts.psu_ip_address = value;
      break;
    case header_field::x_forwarded_for:
      file_forwarded_for(value, parts);
      break;
    case header_field::connection:
    case header_field::proxy_connection:
    case header_field::upgrade:
    case header_field::other:
      break;
  }
}

void file_target(std::string_view target, request_head& head, request& parts) noexcept {
  head.target = target;
  const auto mark = target.find('?');
  parts.path = target.substr(0, mark);
  parts.query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
}

}  // namespace multipass
