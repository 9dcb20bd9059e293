#include "consent/enrolment_flow.hpp"

#include "consent/login_cookie.hpp"
#include "consent/page_headers.hpp"
#include "crypto/encoding.hpp"
#include "crypto/random.hpp"
#include "crypto/totp.hpp"
#include "http/problem.hpp"
#include "store/audit_acts.hpp"
#include "store/single_write.hpp"

namespace multipass {
namespace {

constexpr std::string_view page_name = "enrolment";  // in audit and log
constexpr std::size_t handle_length = 20;

// "Retry-After: 60" for who is locked out.
std::string waiting_line(const std::optional<login_gate::outcome>& o) {
  return o && o->wait.count() > 0 ? retry_after_line(o->wait) : std::string{};
}

unsigned form_status(const std::optional<login_gate::outcome>& o) {
  if (!o) return 200;
  return o->wait.count() > 0 ? 429 : 401;
}

}  // namespace

task<> enrolment_flow::show_login(exchange& e) const {
  const auto v = co_await begin(e.in);
  if (!v) co_return answer_notice(e, v.error());
  const auto cookie = form_cookie(e.in.cookie, form_cookie_name(v->key, secure()));
  answer_login(e, *v, cookie, {}, std::nullopt);
}

task<> enrolment_flow::log_in(exchange& e) const {
  const auto v = co_await begin(e.in);
  if (!v) co_return answer_notice(e, v.error());
  const auto cookie = cookie_value(e.in.cookie, form_cookie_name(v->key, secure()));
  if (!csrf_token_matches(parts_.key, v->key, cookie, v->text("csrf"))) {
    co_return answer_notice(e, enrolment_notice::refused, v->url("/enrolment"));
  }
  const credentials given = credentials_of(v->sent);
  const auto outcome = co_await gate_->try_password(e, given, v->open.psu_username, page_name);
  if (!outcome) co_return answer_notice(e, enrolment_notice_of(outcome.error().code));
  if (!outcome->passed) co_return answer_login(e, *v, cookie, given.username, *outcome);
  const auto value = make_login_cookie(parts_.key, v->key, given.username,
                                       parts_.wall.now() + parts_.settings.login_ttl);
  e.out.redirect(v->url("/enrolment/code"),
                 redirect_headers() + cookie_line(login_cookie_name(v->key, secure()), value));
}

task<> enrolment_flow::show_code(exchange& e) const {
  const auto v = co_await begin(e.in);
  if (!v) co_return answer_notice(e, v.error());
  const auto cookie = cookie_value(e.in.cookie, login_cookie_name(v->key, secure()));
  if (!is_logged_in(*v, cookie)) {
    co_return answer_notice(e, enrolment_notice::logged_out, v->url("/enrolment"));
  }
  answer_code(e, *v, cookie, std::nullopt);
}

task<> enrolment_flow::finish(exchange& e) const {
  const auto v = co_await begin(e.in);
  if (!v) co_return answer_notice(e, v.error());
  const auto cookie = cookie_value(e.in.cookie, login_cookie_name(v->key, secure()));
  if (!is_logged_in(*v, cookie)) {
    co_return answer_notice(e, enrolment_notice::logged_out, v->url("/enrolment"));
  }
  if (!csrf_token_matches(parts_.key, v->key, cookie, v->text("csrf"))) {
    co_return answer_notice(e, enrolment_notice::refused, v->url("/enrolment"));
  }
  const auto secret = secret_of(*v);
  if (!secret) co_return answer_notice(e, enrolment_notice::over);
  const auto code = credentials_of(v->sent).code;
  const auto step = matching_totp_step(*secret, code, parts_.wall.now());
  const auto judged = gate_->judge_code(e, v->open.psu_username, step.has_value(), page_name);
  if (!judged.passed) co_return answer_code(e, *v, cookie, judged);
  co_await replace_factor(e, *v, *step);
}

task<> enrolment_flow::replace_factor(exchange& e, const visit& v, std::int64_t step) const {
  const origin by{psu_actor(v.open.psu_username), parts_.wall.now()};
  const single_write replace(&store_writer::finish_enrolment, v.key, step, by);
  const auto replaced = co_await parts_.pool.write(replace);
  if (!replaced) co_return answer_notice(e, enrolment_notice_of(replaced.error().code));
  if (!*replaced) co_return answer_notice(e, enrolment_notice::over);
  parts_.log.write(log_level::info, "psu_enrolled",
                   {{"psu", v.open.psu_username}, {"request", e.in.request_id}});
  e.out.redirect("/enrolment/done", redirect_headers() +
                                        cookie_line(login_cookie_name(v.key, secure()), {}) +
                                        cookie_line(form_cookie_name(v.key, secure()), {}));
}

// Says nothing that only the one who has finished may know.
task<> enrolment_flow::show_done(exchange& e) const {
  e.out.html(200, enrolment_done_page(frame()),
             page_headers() + transport_headers(parts_.settings));
  co_return;
}

task<enrolment_flow::or_notice<enrolment_flow::visit>> enrolment_flow::begin(
    const request& in) const {
  if (in.method == verb::post && !may_post(in, parts_.settings)) {
    co_return enrolment_notice::refused;
  }
  auto sent = parameters::read_form(in, parts_.settings.max_parameters);
  if (!sent) co_return enrolment_notice_of(sent.error().code);
  visit v;
  v.sent = std::move(*sent);
  v.handle = v.text("x");
  if (v.handle.size() != handle_length || !is_alphanumeric(v.handle)) {
    co_return enrolment_notice::over;
  }
  v.key = sha256(v.handle);
  const auto find = [key = v.key](store_reader& s) { return s.find_enrolment(key); };
  auto found = co_await parts_.pool.read(find);
  if (!found) co_return enrolment_notice_of(found.error().code);
  if (!*found || parts_.wall.now() >= (*found)->expires_at) co_return enrolment_notice::over;
  v.open = std::move(**found);
  co_return v;
}

bool enrolment_flow::is_logged_in(const visit& v, std::string_view cookie) const {
  return psu_of_login_cookie(parts_.key, v.key, cookie, parts_.wall.now()) == v.open.psu_username;
}

std::optional<std::string> enrolment_flow::secret_of(const visit& v) const {
  return parts_.key.open(v.open.totp_secret, v.open.psu_username);
}

void enrolment_flow::answer_login(exchange& e, const visit& v, std::string_view cookie,
                                  std::string_view username,
                                  const std::optional<login_gate::outcome>& o) const {
  const auto wait = o ? o->wait : std::chrono::seconds{0};
  const enrolment_login_view page{v.handle, csrf_token(parts_.key, v.key, cookie),
                                  std::string(username), o && wait.count() == 0,
                                  std::chrono::ceil<std::chrono::minutes>(wait)};
  e.out.html(
      form_status(o), enrolment_login_page(frame(), page),
      form_headers() + waiting_line(o) + cookie_line(form_cookie_name(v.key, secure()), cookie));
}

void enrolment_flow::answer_code(exchange& e, const visit& v, std::string_view cookie,
                                 const std::optional<login_gate::outcome>& o) const {
  const auto secret = secret_of(v);
  if (!secret) return answer_notice(e, enrolment_notice::over);
  const auto wait = o ? o->wait : std::chrono::seconds{0};
  const enrolment_code_view page{v.handle,
                                 csrf_token(parts_.key, v.key, cookie),
                                 totp_uri(*secret, parts_.settings.bank_name, v.open.psu_username),
                                 base32(*secret),
                                 o && wait.count() == 0,
                                 std::chrono::ceil<std::chrono::minutes>(wait)};
  const auto html = enrolment_code_page(frame(), page);
  if (!html) return answer_notice(e, enrolment_notice::later);
  e.out.html(form_status(o), *html, form_headers() + waiting_line(o));
}

void enrolment_flow::answer_notice(exchange& e, enrolment_notice n, const std::string& link) const {
  std::string headers = page_headers() + transport_headers(parts_.settings);
  if (n == enrolment_notice::later) headers += retry_after_line(std::chrono::seconds{1});
  e.out.html(status_of(n), enrolment_notice_page(frame(), n, link), headers);
}

void enrolment_flow::answer_over_rate(exchange& e, std::chrono::seconds wait) const {
  e.out.html(status_of(enrolment_notice::limited),
             enrolment_notice_page(frame(), enrolment_notice::limited),
             page_headers() + retry_after_line(wait));
}

std::string enrolment_flow::cookie_line(std::string_view name, std::string_view value) const {
  return set_cookie(name, value, secure(), "/enrolment");
}

std::string enrolment_flow::form_headers() const {
  return form_page_headers() + transport_headers(parts_.settings);
}

bool enrolment_flow::secure() const {
  return has_secure_cookies(parts_.settings);
}

}  // namespace multipass
