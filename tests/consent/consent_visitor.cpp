#include "consent/consent_visitor.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <stdexcept>

#include "crypto/random.hpp"
#include "domain/names.hpp"

namespace multipass::testing {
namespace {

tpp some_tpp() {
  tpp t;
  t.username = "username";
  t.name = "Example TPP";
  t.redirect_uris = {"https://tpp.example/callback"};
  return t;
}

std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const auto start = text.find(before);
  if (start == std::string_view::npos) return {};
  text.remove_prefix(start + before.size());
  return std::string(text.substr(0, text.find(after)));
}

}  // namespace

std::string page::header(std::string_view name) const {
  return between(headers, "\r\n" + std::string(name) + ": ", "\r\n");
}

std::string page::hidden(std::string_view name) const {
  return between(body, "name=\"" + std::string(name) + "\" value=\"", "\"");
}

consent_visitor::consent_visitor()
    : log_(
          log_level::debug,
          [this](log_level, std::string_view line) {
            const std::lock_guard lock(guard_);
            lines_.append(line).append("\n");
          },
          wall) {
  settings.public_url = "https://bank.example";
  pool_ = std::move(*store_pool::open(store_, {}, changes_, metrics_));
  decisions_ = std::make_unique<consent_decisions>(*pool_, nullptr, wall, settings, log_);
  endpoints_ =
      consent_endpoints({*decisions_, *pool_, workers_, key_, wall, settings, log_, logins, look_});
  provide();
}

void consent_visitor::provide() {
  psu john;
  john.username = "john";
  john.name = "John Doe";
  // At the least cost there is (N=16), which the hash itself says: what the real one takes is
  // password_test's to prove.
  john.password_hash = "scrypt$4$8$1$MDEyMzQ1Njc4OWFiY2RlZg$OAkZq"
                       "UBelG6VIYdTJfYSENL5OmZRxMa3GwXn5oFliTg";
  john.totp_secret = key_.seal(totp_secret, "john");
  psu jane = john;
  jane.username = "jane";
  const auto work = [&](store_writer& s) -> result<flag> {
    if (!s.add_tpp(some_tpp(), {"admin", wall.now()}) || !s.add_psu(john, {"admin", wall.now()}) ||
        !s.add_psu(jane, {"admin", wall.now()}))
      throw std::runtime_error("");
    for (const auto& [owner, id] : {std::pair{"john", 1}, {"john", 2}, {"jane", 3}}) {
      const account a{account_id{id}, "Account", "GB01TCCL8249570931198" + std::to_string(id),
                      "EUR"};
      if (!s.put_account({owner, a, {}})) throw std::runtime_error("put_account");
    }
    return true;
  };
  pool_->write_blocking(work).value();
}

std::string consent_visitor::ask(scope_set scopes) {
  const std::string handle = random_text(20);
  const auto work = [&](store_writer& s) {
    authorization a;
    a.handle = sha256(handle);
    a.tpp = (*s.find_tpp("username"))->id;
    a.scopes = scopes;
    a.redirect_uri = "https://tpp.example/callback";
    a.client_state = "<state>";
    a.expires_at = wall.now() + settings.authorization_ttl;
    return s.add_authorization(a, wall.now());
  };
  client_of[handle] = make_client_id("username", pool_->write_blocking(work).value());
  return handle;
}

std::string consent_visitor::code() const {
  return totp_code(totp_secret, wall.now().time_since_epoch().count() / 30);
}

page consent_visitor::get(std::string_view path, const std::string& handle) {
  const std::string query = "clientId=" + client_of[handle] + "&x-request-id=" + handle;
  request in;
  in.method = verb::get;
  in.path = path;
  in.query = query;
  return send(in);
}

page consent_visitor::post(std::string_view path, const std::string& handle,
                           const std::string& more) {
  const std::string body = "clientId=" + client_of[handle] + "&x-request-id=" + handle + more;
  request in;
  in.method = verb::post;
  in.path = path;
  in.body = body;
  in.content_type = "application/x-www-form-urlencoded";
  in.origin = origin;
  return send(in);
}

page consent_visitor::log_in(const std::string& handle, const std::string& username,
                             const std::string& secret, const std::string& factor) {
  const std::string csrf = get("/consent", handle).hidden("csrf");
  return post(
      "/consent/login", handle,
      "&csrf=" + csrf + "&username=" + username + "&password=" + secret + "&code=" + factor);
}

page consent_visitor::review(const std::string& handle) {
  log_in(handle, "john", std::string(password), code());
  wall.at += std::chrono::seconds{60};  // the next log-in needs a code of its own
  return get("/consent/review", handle);
}

page consent_visitor::decide(const std::string& handle, const page& review,
                             const std::string& choice) {
  return post("/consent/decision", handle, "&csrf=" + review.hidden("csrf") + choice);
}

std::vector<consent> consent_visitor::consents() {
  const auto work = [](store_reader& s) { return s.list_consents({}); };
  return pool_->read_blocking(work).value();
}

std::string consent_visitor::log_lines() {
  const std::lock_guard lock(guard_);
  return lines_;
}

page consent_visitor::send(request in) {
  std::string cookie;
  for (const auto& [name, value] : cookies)
    cookie += (cookie.empty() ? "" : "; ") + name + '=' + value;
  in.cookie = cookie;
  std::string sent;
  answer out({&sent, "Thu, 01 Jan 1970 00:00:00 GMT", "request"});
  exchange e{in, from, out, 0, monotonic};
  for (const endpoint& row : endpoints_) {
    if (row.method == in.method && row.path == in.path) {
      asio::co_spawn(loop_, row.handle(e), asio::detached);
    }
  }
  loop_.restart();
  loop_.run();
  const auto end = sent.find("\r\n\r\n");
  const page got{out.status(), sent.substr(0, end + 2), sent.substr(end + 4)};
  keep_cookies(got.headers);
  return got;
}

void consent_visitor::keep_cookies(const std::string& headers) {
  const std::string_view field = "\r\nSet-Cookie: ";
  for (auto at = headers.find(field); at != std::string::npos; at = headers.find(field, at + 1)) {
    const auto line = between(headers.substr(at), field, "\r\n");
    const auto name = line.substr(0, line.find('='));
    cookies[name] = between(line, "=", ";");
    if (cookies[name].empty()) cookies.erase(name);
  }
}

}  // namespace multipass::testing
