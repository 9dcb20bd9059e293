#include "http/request_parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <functional>
#include <utility>

#include "http/control_characters.hpp"
#include "http/request_fields.hpp"

namespace multipass {

namespace http = boost::beast::http;

namespace {

// "0" CR LF CR LF: wherever a chunk header is due, at least this much has yet to come.
constexpr std::size_t least_last_chunk = 5;

// A larger body's memory is given back, so that an idle connection holds no import.
constexpr std::size_t body_kept = 65'536;

constexpr refusal malformed_chunk{400, "Chunked body is malformed"};
constexpr refusal long_chunk_header{400, "Chunk header is longer than this server reads"};
constexpr refusal large_body{413, "Body is larger than this server reads"};
constexpr refusal many_fields{431, "More header fields than this server reads"};
constexpr refusal large_trailers{431, "Trailers are larger than this server reads"};

bool lies_in(std::string_view whole, std::string_view part) {
  const std::less_equal<const char*> not_behind;
  return not_behind(whole.data(), part.data()) &&
         not_behind(part.data() + part.size(), whole.data() + whole.size());
}

// An end of line does not belong to a quoted string (RFC 9110, section 5.6.4); Beast reads on.
bool leaves_quotes_open(std::string_view line) {
  bool open = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') open = !open;
    if (line[i] == '\\' && open) ++i;
  }
  return open;
}

// "... HTTP/2.0", as against a request line that ends in something else.
bool names_another_version(std::string_view header) {
  const auto line = header.substr(0, header.find('\r'));
  if (line.size() < 9) return false;
  const auto version = line.substr(line.size() - 9);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return version.starts_with(" HTTP/") && is_digit(version[6]) && version[7] == '.' &&
         is_digit(version[8]) && version != " HTTP/1.0" && version != " HTTP/1.1";
}

refusal refusal_of_header(boost::beast::error_code why, std::string_view header) {
  using http::error;
  if (why == error::bad_version) {
    if (names_another_version(header)) return {505, "HTTP version must be 1.0 or 1.1"};
    return {400, "Request line is malformed"};
  }
  if (why == error::bad_method) return {400, "Request method is malformed"};
  if (why == error::bad_target) return {400, "Request target is malformed"};
  if (why == error::bad_field) return {400, "A header field's name is malformed"};
  if (why == error::bad_value) return {400, "A header field's value is malformed"};
  if (why == error::bad_line_ending) {
    return {400, "Header lines must end in CR LF and not be folded"};
  }
  if (why == error::bad_content_length || why == error::multiple_content_length) {
    return {400, "Content-Length must be one decimal number, without Transfer-Encoding"};
  }
  if (why == error::bad_transfer_encoding) {
    return {400, "Transfer-Encoding must be chunked and nothing else"};
  }
  return {400, "Header is malformed"};
}

}  // namespace

void request_parser::start() {
  machine_.reset();
  plain_ = plain::no;
  tried_plain_ = false;
  closes_ = keeps_ = false;
  head_ = {};
  request_ = {};
  if (body_.capacity() > body_kept) body_ = {};
  body_.clear();
  scanned_ = 0;
  refusal_ = {};
  state_ = state::header;
}

std::size_t request_parser::parse(std::string_view unread) {
  std::size_t used = 0;
  if (state_ == state::header) used = parse_header(unread);
  if (state_ == state::body && used < unread.size()) used += parse_body(unread.substr(used));
  return used;
}

// Finds the empty line. Refuses early what no further byte can mend, so that a peer that never
// sends CR LF does not have to run into the time-out. Returns 0 when the end is not there yet.
std::size_t request_parser::find_header_end(std::string_view unread) {
  while (true) {
    const auto lf = unread.find('\n', scanned_);
    const auto line_end = lf == std::string_view::npos ? unread.size() : lf + 1;
    if (head_.raw.empty() && line_end > limits_.request_line + 2) {
      refuse({414, "Request line is longer than this server reads"});
      return 0;
    }
    if (line_end > limits_.header) {
      refuse({431, "Header is larger than this server reads"});
      return 0;
    }
    if (lf == std::string_view::npos) return 0;
    if (lf == 0 || unread[lf - 1] != '\r') {
      refuse({400, "Header lines must end in CR LF and not be folded"});
      return 0;
    }
    const bool empty_line = lf == scanned_ + 1;
    scanned_ = line_end;
    if (empty_line) return line_end;
    head_.raw = unread.substr(0, line_end);  // not empty any more: the request line is behind us
  }
}

// Once per request: a header that drips in is not read anew with each drop.
bool request_parser::is_plain(std::string_view unread) {
  if (std::exchange(tried_plain_, true)) return false;
  plain_ = read_plain_request(unread, limits_, head_, request_);
  if (plain_ != plain::no) return true;
  head_ = {};
  request_ = {};
  return false;
}

std::size_t request_parser::parse_header(std::string_view unread) {
  if (is_plain(unread)) {
    state_ = state::done;
    return head_.raw.size() + request_.body.size();
  }
  // Known before the line is whole, because no answer to HEAD has a body, a refusal neither.
  if (unread.starts_with("HEAD ")) request_.method = verb::head;
  const auto size = find_header_end(unread);
  if (size == 0) return 0;
  head_.raw = unread.substr(0, size);
  machine_.emplace(*this);
  machine_->header_limit(static_cast<std::uint32_t>(limits_.header + 1));
  machine_->body_limit(boost::none);  // append_body() counts, so that the answer can say why
  boost::beast::error_code ec;
  machine_->put(boost::asio::buffer(unread.data(), size), ec);
  if (state_ == state::refused) return size;  // by a limit
  if (ec || !machine_->is_header_done()) {
    refuse(refusal_of_header(ec, head_.raw));
  } else if (const auto refused = check_framing(head_)) {
    refuse(*refused);
  } else if (machine_->content_length().value_or(0) > limits_.body) {
    refuse(large_body);
  } else {
    state_ = machine_->is_done() ? state::done : state::body;
  }
  return size;
}

std::size_t request_parser::parse_body(std::string_view unread) {
  std::size_t used = 0;
  while (used < unread.size() && state_ == state::body) {
    const auto rest = unread.substr(used);
    // Beast 345 asserts that it gets no less when it looks at a last chunk for the second time.
    if (machine_->chunked() && rest.size() < least_last_chunk) break;
    boost::beast::error_code ec;
    chunk_front_ = rest.data();
    const auto fields = head_.fields;
    const auto taken = machine_->put(boost::asio::buffer(rest.data(), rest.size()), ec);
    used += taken;
    if (state_ == state::refused) break;
    if (ec == http::error::need_more) {
      check_limits_of_unfinished_body(unread.substr(used));
      break;
    }
    if (ec) {
      refuse(malformed_chunk);
    } else if (machine_->is_done()) {
      if (machine_->chunked()) check_trailers(rest.substr(0, taken), head_.fields - fields);
      if (state_ == state::refused) break;
      request_.body = body_;
      request_.max_json_depth = static_cast<std::uint8_t>(limits_.json_depth);
      state_ = state::done;
    }
  }
  return used;
}

// What is left over here is a chunk-size line or a trailer section that is not complete.
void request_parser::check_limits_of_unfinished_body(std::string_view rest) {
  if (rest.starts_with("\r\n")) rest.remove_prefix(2);  // the end of the chunk before
  const auto lf = rest.find('\n');
  const auto line = rest.substr(0, lf);  // with its CR, if it is whole
  if (line.size() > limits_.chunk_header + 1) {
    refuse(long_chunk_header);
  } else if (lf != std::string_view::npos && (!line.ends_with('\r') || leaves_quotes_open(line))) {
    refuse(malformed_chunk);
  } else if (rest.size() > limits_.header) {
    refuse(large_trailers);
  }
}

// However the bytes came: trailers that were there at once are held to the same size, and no more
// folded than a header.
void request_parser::check_trailers(std::string_view last_chunk, std::size_t fields) {
  if (last_chunk.starts_with("\r\n")) last_chunk.remove_prefix(2);  // the end of the chunk before
  if (last_chunk.size() > limits_.header) {
    refuse(large_trailers);
  } else if (check_lines(last_chunk, fields)) {
    refuse(malformed_chunk);
  }
}

// Not left to Beast: in HTTP/1.0 it lets "keep-alive" win over "close" (RFC 9112, section 9.3:
// close wins), and it heeds the field in a trailer too.
void request_parser::read_connection(std::string_view options) {
  for (const auto option : http::opt_token_list{options}) {
    closes_ = closes_ || equals_lower(option, "close");
    keeps_ = keeps_ || equals_lower(option, "keep-alive");
  }
}

void request_parser::refuse(const refusal& why) {
  // The answer repeats X-Request-ID. A folded one lay in a buffer of Beast's that is gone.
  if (!lies_in(head_.raw, request_.request_id)) request_.request_id = {};
  refusal_ = why;
  state_ = state::refused;
}

void request_parser::count_field(boost::beast::error_code& ec) {
  if (++head_.fields <= limits_.header_fields) return;
  refuse(many_fields);
  ec = http::error::header_limit;
}

// Beast lets a bare LF, or any other control character, stand in a quoted extension. Another reader
// of the same bytes may take it for the end of the line.
void request_parser::check_chunk_header(std::uint64_t size, std::string_view extensions,
                                        boost::beast::error_code& ec) {
  std::string_view line(chunk_front_, static_cast<std::size_t>(extensions.end() - chunk_front_));
  if (line.starts_with("\r\n")) line.remove_prefix(2);  // the end of the chunk before
  if (line.size() > limits_.chunk_header) {
    refuse(long_chunk_header);
  } else if (std::any_of(extensions.begin(), extensions.end(),
                         [](char c) { return is_control(c) && c != '\t'; })) {
    refuse(malformed_chunk);
  } else if (size > limits_.body - body_.size()) {
    refuse(large_body);
  } else {
    return;
  }
  ec = http::error::bad_chunk_extension;
}

std::size_t request_parser::append_body(std::string_view part, boost::beast::error_code& ec) {
  if (part.size() > limits_.body - body_.size()) {
    refuse(large_body);
    ec = http::error::body_limit;
    return 0;
  }
  body_.append(part);
  return part.size();
}

void request_parser::machine::on_request_impl(http::verb, string_view method, string_view target,
                                              int version, error_code&) {
  auto& r = owner_.request_;
  r.method = method == "GET"    ? verb::get
             : method == "HEAD" ? verb::head
             : method == "POST" ? verb::post
                                : verb::other;
  owner_.head_.version = static_cast<unsigned>(version);
  file_target(target, owner_.head_, r);
}

void request_parser::machine::on_field_impl(http::field, string_view name, string_view value,
                                            error_code& ec) {
  owner_.count_field(ec);
  // A trailer is counted, and never merged into the header.
  if (ec || owner_.state_ != request_parser::state::header) return;
  const auto known = find_header_field(name);
  if (known == header_field::connection) owner_.read_connection(value);
  file_field(known, value, owner_.head_, owner_.request_);
}

void request_parser::machine::on_header_impl(error_code&) {}

void request_parser::machine::on_body_init_impl(const boost::optional<std::uint64_t>&,
                                                error_code&) {}

std::size_t request_parser::machine::on_body_impl(string_view part, error_code& ec) {
  return owner_.append_body(part, ec);
}

void request_parser::machine::on_chunk_header_impl(std::uint64_t size, string_view extensions,
                                                   error_code& ec) {
  owner_.check_chunk_header(size, extensions, ec);
}

std::size_t request_parser::machine::on_chunk_body_impl(std::uint64_t, string_view part,
                                                        error_code& ec) {
  return owner_.append_body(part, ec);
}

}  // namespace multipass
