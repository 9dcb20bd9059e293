#include "http/answer.hpp"

#include <charconv>
#include <initializer_list>

#include "base/json_text.hpp"

namespace multipass {
namespace {

std::string_view status_line(unsigned status) {
  switch (status) {
    case 200:
      return "HTTP/1.1 200 OK\r\n";
    case 201:
      return "HTTP/1.1 201 Created\r\n";
    case 303:
      return "HTTP/1.1 303 See Other\r\n";
    case 400:
      return "HTTP/1.1 400 Bad Request\r\n";
    case 401:
      return "HTTP/1.1 401 Unauthorized\r\n";
    case 403:
      return "HTTP/1.1 403 Forbidden\r\n";
    case 404:
      return "HTTP/1.1 404 Not Found\r\n";
    case 405:
      return "HTTP/1.1 405 Method Not Allowed\r\n";
    case 408:
      return "HTTP/1.1 408 Request Timeout\r\n";
    case 409:
      return "HTTP/1.1 409 Conflict\r\n";
    case 410:
      return "HTTP/1.1 410 Gone\r\n";
    case 413:
      return "HTTP/1.1 413 Content Too Large\r\n";
    case 414:
      return "HTTP/1.1 414 URI Too Long\r\n";
    case 415:
      return "HTTP/1.1 415 Unsupported Media Type\r\n";
    case 417:
      return "HTTP/1.1 417 Expectation Failed\r\n";
    case 429:
      return "HTTP/1.1 429 Too Many Requests\r\n";
    case 431:
      return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    case 503:
      return "HTTP/1.1 503 Service Unavailable\r\n";
    case 505:
      return "HTTP/1.1 505 HTTP Version Not Supported\r\n";
    default:
      return "HTTP/1.1 500 Internal Server Error\r\n";
  }
}

// One growth of the buffer and then plain copies: this runs for every answer.
void append_all(std::string& out, std::initializer_list<std::string_view> parts) {
  std::size_t size = out.size();
  for (const auto part : parts) size += part.size();
  auto at = out.size();
  out.resize(size);
  for (const auto part : parts) at += part.copy(out.data() + at, part.size());
}

std::string_view connection_line(bool close, bool keep_alive_1_0) {
  if (close) return "Connection: close\r\n";
  return keep_alive_1_0 ? "Connection: keep-alive\r\n" : "";
}

}  // namespace

void answer::text(unsigned status, std::string_view content_type, std::string_view body,
                  std::string_view headers) {
  status_ = status;
  if (status == 415) context_.close = true;
  const std::string_view type_name = content_type.empty() ? "" : "Content-Type: ";
  const std::string_view type_end = content_type.empty() ? "" : "\r\n";
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, body.size()).ptr;
  const std::string_view length(digits, static_cast<std::size_t>(end - digits));
  append_all(*context_.buffer,
             {status_line(status), type_name, content_type, type_end,
              "Cache-Control: no-store\r\nX-Request-ID: ", context_.request_id,
              "\r\nDate: ", context_.date, "\r\n", headers,
              connection_line(context_.close, context_.keep_alive_1_0), "Content-Length: ", length,
              "\r\n\r\n", context_.head ? std::string_view{} : body});
}

void answer::json(unsigned status, std::string_view body, std::string_view headers) {
  text(status, "application/json", body, headers);
}

void answer::html(unsigned status, std::string_view body, std::string_view headers) {
  text(status, "text/html; charset=utf-8", body, headers);
}

void answer::redirect(std::string_view location, std::string_view headers) {
  std::string lines = "Location: ";
  lines += location;
  lines += "\r\n";
  lines += headers;
  text(303, {}, {}, lines);
}

void answer::problem(unsigned status, std::string_view message, std::string_view headers) {
  std::string body = "{\"message\":";
  append_json_string(body, message);
  body += '}';
  std::string lines(headers);
  lines += "X-Content-Type-Options: nosniff\r\n";  // a browser may have asked, for a page
  json(status, body, lines);
}

}  // namespace multipass
