#include "oauth/oauth_error.hpp"

#include "base/json_text.hpp"
#include "domain/names.hpp"
#include "http/problem.hpp"

namespace multipass {
namespace {

struct code_and_status {
  std::string_view code;
  unsigned status;
};

// RFC 6749 knows no code for what passes by itself but temporarily_unavailable, which it has for
// the browser's way; at the other endpoints it goes with the status that clients retry on.
code_and_status kind_of(errc code) {
  switch (code) {
    case errc::unauthorized:
      return {"invalid_client", 401};
    case errc::forbidden:
      return {"unauthorized_client", 400};
    case errc::not_found:
    case errc::conflict:
      return {"invalid_grant", 400};
    case errc::too_large:
      return {"invalid_request", 413};
    case errc::unsupported_media:
      return {"invalid_request", 415};
    case errc::too_many:
      return {"temporarily_unavailable", 429};
    case errc::overloaded:
    case errc::unavailable:
    case errc::upstream:
      return {"temporarily_unavailable", 503};
    case errc::bad_configuration:
      return {"server_error", 500};
    case errc::invalid_input:
      break;
  }
  return {"invalid_request", 400};
}

// The characters of error_description: %x20-21 / %x23-5B / %x5D-7E.
std::string described(std::string_view text) {
  std::string plain(text);
  for (char& c : plain) {
    if (c < ' ' || c > '~') c = '?';
    if (c == '"' || c == '\\') c = '\'';
  }
  return plain;
}

}  // namespace

oauth_error oauth_error_of(const error& e) {
  const auto [code, status] = kind_of(e.code);
  oauth_error said{code, e.message, status, e.retry_after};
  if (status == 503) {
    // The reason may name files of the bank's; it is the operator's to read, in the log.
    said.description = "The server cannot answer now, try again";
    said.retry_after = std::chrono::seconds{1};
  }
  return said;
}

void answer_oauth_error(answer& out, const oauth_error& e) {
  const auto text = described(e.description);
  std::string body = "{\"error\":\"" + std::string(e.code) + "\",\"error_description\":";
  append_json_string(body, text);
  body += ",\"message\":";
  append_json_string(body, text);
  body += '}';
  std::string lines = "X-Content-Type-Options: nosniff\r\n";
  if (e.status == 401) lines += "WWW-Authenticate: Basic realm=\"oauth\", charset=\"UTF-8\"\r\n";
  if (e.retry_after.count() > 0) lines += retry_after_line(e.retry_after);
  out.json(e.status, body, lines);
}

std::string error_uri(std::string_view redirect_uri, const oauth_error& e, std::string_view state,
                      std::string_view issuer) {
  const auto text = described(e.description);
  return with_query(
      redirect_uri,
      {{"error", e.code}, {"error_description", text}, {"state", state}, {"iss", issuer}});
}

}  // namespace multipass
