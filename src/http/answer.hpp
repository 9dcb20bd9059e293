// Writes one answer, contiguous, into the connection's output buffer. Each of the functions that
// name a status ends the answer; call exactly one of them per request.
#pragma once

#include <string>
#include <string_view>

namespace multipass {

class answer {
 public:
  /// What every answer needs from its connection. Views must outlive the answer.
  struct context {
    std::string* buffer;    ///< appended to; keeps its capacity between requests
    std::string_view date;  ///< IMF-fixdate, refreshed once a second
    std::string_view request_id;
    bool head = false;            ///< answer to HEAD: no body
    bool close = false;           ///< say "Connection: close"
    bool keep_alive_1_0 = false;  ///< an HTTP/1.0 client asked for keep-alive
  };

  explicit answer(const context& c) : context_(c) {}

  /// `headers` are whole lines, each ending in CRLF.
  void json(unsigned status, std::string_view body, std::string_view headers = {});
  /// A page. The caller brings Content-Security-Policy and the like in `headers`.
  void html(unsigned status, std::string_view body, std::string_view headers = {});
  /// 303 See Other (RFC 9110, section 15.4.4). `location` must not hold control characters.
  void redirect(std::string_view location, std::string_view headers = {});
  /// Anything else, such as a style sheet or metrics.
  void text(unsigned status, std::string_view content_type, std::string_view body,
            std::string_view headers = {});

  /// {"message": message}, with the message escaped.
  void problem(unsigned status, std::string_view message, std::string_view headers = {});

  /// The status written; 0 before.
  unsigned status() const { return status_; }
  /// The connection ends behind this answer: asked for, or 415, whose sender is on the wrong track.
  bool closes() const { return context_.close; }

 private:
  context context_;
  unsigned status_ = 0;
};

}  // namespace multipass
