#include "consent/consent_flow.hpp"

#include <utility>

#include "consent/login_cookie.hpp"
#include "consent/page_headers.hpp"
#include "domain/names.hpp"
#include "http/problem.hpp"

namespace multipass {
namespace {}  // namespace

consent_flow::consent_flow(const consent_parts& parts, std::shared_ptr<login_gate> gate)
    : parts_(parts), gate_(std::move(gate)) {}

task<> consent_flow::show_login(exchange& e) const {
  const auto v = co_await begin(e.in, parts_.settings.max_parameters);
  if (!v) co_return answer_ending(e, v.error());
  // A second tab with the same request keeps the cookie, so that the first one's form still counts.
  const auto cookie = form_cookie(e.in.cookie, form_cookie_name(v->key, secure()));
  answer_login(e, 200, *v, cookie, {});
}

task<> consent_flow::log_in(exchange& e) const {
  const auto v = co_await begin(e.in, parts_.settings.max_parameters);
  if (!v) co_return answer_ending(e, v.error());
  const auto cookie = cookie_value(e.in.cookie, form_cookie_name(v->key, secure()));
  if (!csrf_token_matches(parts_.key, v->key, cookie, v->text("csrf"))) {
    co_return answer_ending(e, notice::forged);
  }
  const credentials given = credentials_of(v->sent);
  const auto outcome = co_await gate_->try_log_in(e, given, v->client_id);
  if (!outcome) co_return answer_ending(e, notice_of(outcome.error().code));
  if (outcome->wait.count() > 0) {
    co_return answer_locked(e, *v, cookie, given.username, outcome->wait);
  }
  if (!outcome->passed) co_return answer_login(e, 401, *v, cookie, given.username);

  const auto value = make_login_cookie(parts_.key, v->key, given.username,
                                       parts_.wall.now() + parts_.settings.login_ttl);
  e.out.redirect(
      v->url("/consent/review"),
      redirect_headers() + set_cookie(login_cookie_name(v->key, secure()), value, secure()));
}

task<> consent_flow::style(exchange& e) const {
  e.out.text(200, "text/css; charset=utf-8", parts_.look.style,
             "X-Content-Type-Options: nosniff\r\n");
  co_return;
}

// The policy is for who opens the logo on its own: in a page it is an image, which runs nothing.
task<> consent_flow::logo(exchange& e) const {
  e.out.text(200, parts_.look.logo_type, parts_.look.logo,
             "X-Content-Type-Options: nosniff\r\n"
             "Content-Security-Policy: default-src 'none'; sandbox\r\n"
             "Cross-Origin-Resource-Policy: same-origin\r\n");
  co_return;
}

// Every step begins here, so that a decided or expired request reads the same at each of them.
task<consent_flow::or_ending<consent_flow::visit>> consent_flow::begin(
    const request& in, std::size_t most_fields) const {
  if (in.method == verb::post && !may_post(in, parts_.settings)) {
    co_return notice::forged;
  }
  auto sent = parameters::read_form(in, most_fields);
  if (!sent) co_return notice_of(sent.error().code);
  visit v;
  v.sent = std::move(*sent);
  v.client_id = v.text("clientId");
  v.handle = v.text("x-request-id");
  v.key = sha256(v.handle);

  auto asked = co_await find_open(v.client_id, v.handle);
  if (!asked) co_return asked.error();
  v.asked = std::move(*asked);
  co_return v;
}

// The clientId comes first: who knows a handle alone learns nothing of the request.
task<consent_flow::or_ending<authorization>> consent_flow::find_open(
    std::string_view client_id, std::string_view handle) const {
  auto found = co_await parts_.decisions.look_up(handle);
  if (!found) co_return notice_of(found.error().code);
  authorization& asked = found->asked;
  if (client_id != make_client_id(asked.tpp_username, asked.client_number)) {
    co_return notice::unknown;
  }
  if (found->now == filed_request::state::decided) co_return notice::decided;
  if (found->tpp_blocked) co_return notice::tpp_unknown;
  if (found->now == filed_request::state::expired) {
    co_return ending(notice::expired, std::move(found->way_back), std::move(asked.tpp_name));
  }
  co_return std::move(asked);
}

// Both values were matched with a stored authorization: they need no escape in a query.
std::string consent_flow::visit::url(std::string_view path) const {
  return std::string(path) + "?clientId=" + client_id + "&x-request-id=" + handle;
}

void consent_flow::answer_login(exchange& e, unsigned status, const visit& v,
                                std::string_view cookie, std::string_view username) const {
  const login_view page{{v.client_id, v.handle, csrf_token(parts_.key, v.key, cookie)},
                        v.asked.tpp_name,
                        std::string(username),
                        status != 200,
                        {}};
  e.out.html(status, login_page(frame(), page),
             form_page_headers(v.asked.redirect_uri) + transport_headers(parts_.settings) +
                 set_cookie(form_cookie_name(v.key, secure()), cookie, secure()));
}

void consent_flow::answer_locked(exchange& e, const visit& v, std::string_view cookie,
                                 std::string_view username, std::chrono::seconds wait) const {
  const login_view page{{v.client_id, v.handle, csrf_token(parts_.key, v.key, cookie)},
                        v.asked.tpp_name,
                        std::string(username),
                        false,
                        std::chrono::ceil<std::chrono::minutes>(wait)};
  e.out.html(429, login_page(frame(), page),
             form_page_headers(v.asked.redirect_uri) + transport_headers(parts_.settings) +
                 "Retry-After: " + std::to_string(wait.count()) + "\r\n");
}

// A form that comes too late is answered like one that refuses: the browser goes back by itself.
void consent_flow::answer_ending(exchange& e, const ending& end) const {
  if (end.what == notice::expired && e.in.method == verb::post) {
    return e.out.redirect(end.link, redirect_headers());
  }
  std::string headers = page_headers() + transport_headers(parts_.settings);
  if (end.what == notice::busy) headers += "Retry-After: 1\r\n";
  e.out.html(status_of(end.what), notice_page(frame(), end), headers);
}

void consent_flow::answer_error(exchange& e, const error& why) const {
  if (why.code == errc::too_many) return answer_over_rate(e, why.retry_after);
  ending end = notice_of(why.code);
  if (end.what != notice::busy) end.detail = why.message;  // that is the operator's to read
  answer_ending(e, end);
}

void consent_flow::answer_over_rate(exchange& e, std::chrono::seconds wait) const {
  e.out.html(status_of(notice::limited), notice_page(frame(), notice::limited),
             page_headers() + retry_after_line(wait));
}

site consent_flow::frame() const {
  return site_of(parts_.settings, parts_.look);
}

bool consent_flow::secure() const {
  return has_secure_cookies(parts_.settings);
}

}  // namespace multipass
