// The steps after the log-in: review and decision.
#include <algorithm>
#include <utility>
#include <vector>

#include "consent/consent_flow.hpp"
#include "consent/login_cookie.hpp"
#include "consent/page_headers.hpp"
#include "store/audit_acts.hpp"

namespace multipass {
namespace {

// One field per ticked account, so config::max_parameters is too few. The limit on the body, about
// 3000 accounts at its default, comes first.
constexpr std::size_t most_decision_fields = 8192;

struct choice {
  std::vector<account_id> accounts;
  scope_set scopes;
};

result<choice> read_choice(const parameters& sent) {
  choice made;
  for (const std::string_view text : sent.all("account")) {
    const auto id = parse_account_id(text);
    if (!id) return id.error();
    made.accounts.push_back(*id);
  }
  for (const std::string_view text : sent.all("scope")) {
    const auto scopes = parse_scopes(text);
    if (!scopes) return scopes.error();
    made.scopes = scope_set::from_bits(unsigned{made.scopes.bits()} | scopes->bits());
  }
  return made;
}

// The page again as it was sent.
void keep_ticks(review_view& page, const choice& made) {
  for (account_choice& a : page.accounts) {
    a.ticked =
        std::find(made.accounts.begin(), made.accounts.end(), a.value.id) != made.accounts.end();
  }
  page.ticked = made.scopes;
}

}  // namespace

task<> consent_flow::show_review(exchange& e) const {
  const auto v = co_await begin(e.in, parts_.settings.max_parameters);
  if (!v) co_return answer_ending(e, v.error());
  const auto cookie = cookie_value(e.in.cookie, login_cookie_name(v->key, secure()));
  const auto who = psu_of(*v, cookie);
  if (!who) co_return answer_ending(e, {notice::session_expired, v->url("/consent")});
  const auto page = co_await review_of(*v, *who, cookie);
  if (!page) co_return answer_ending(e, page.error());
  answer_review(e, 200, *v, *page);
}

task<> consent_flow::decide(exchange& e) const {
  const auto v = co_await begin(e.in, most_decision_fields);
  if (!v) co_return answer_ending(e, v.error());
  const auto cookie = cookie_value(e.in.cookie, login_cookie_name(v->key, secure()));
  const auto who = psu_of(*v, cookie);
  if (!who) co_return answer_ending(e, {notice::session_expired, v->url("/consent")});
  if (!csrf_token_matches(parts_.key, v->key, cookie, v->text("csrf"))) {
    co_return answer_ending(e, notice::forged);
  }
  const auto decision = v->text("decision");
  if (decision == "deny") {
    const auto actor = psu_actor(*who);
    const auto back = co_await parts_.decisions.deny(v->handle, actor);
    co_return co_await answer_decided(e, *v, back);
  }
  if (decision != "approve" && decision != "none") co_return answer_ending(e, notice::malformed);
  co_await approve_or_show(e, *v, *who, cookie, decision == "approve");
}

task<> consent_flow::approve_or_show(exchange& e, const visit& v, std::string psu_username,
                                     std::string_view cookie, bool approved) const {
  auto made = read_choice(v.sent);
  if (!made) co_return answer_ending(e, notice::malformed);
  if (!approved || made->accounts.empty() || made->scopes.empty()) {
    auto page = co_await review_of(v, psu_username, cookie);
    if (!page) co_return answer_ending(e, page.error());
    keep_ticks(*page, *made);
    page->account_missing = approved && made->accounts.empty();
    page->scope_missing = approved && made->scopes.empty();
    co_return answer_review(e, approved ? 400 : 200, v, *page);
  }
  const auto actor = psu_actor(psu_username);
  const auto back = co_await parts_.decisions.approve(v.handle, psu_username, actor,
                                                      std::move(made->accounts), made->scopes);
  co_await answer_decided(e, v, back);
}

task<consent_flow::or_ending<review_view>> consent_flow::review_of(const visit& v,
                                                                   std::string psu_username,
                                                                   std::string_view cookie) const {
  const auto find = [psu_username](store_reader& s) { return s.find_psu(psu_username); };
  const auto person = co_await parts_.pool.read(find);
  if (!person) co_return notice_of(person.error().code);
  if (!*person) co_return notice::session_expired;
  auto accounts = co_await parts_.decisions.accounts_of(psu_username);
  if (!accounts) co_return notice::busy;  // whatever a bank's own source says: not the PSU's fault

  review_view page;
  page.form = {v.client_id, v.handle, csrf_token(parts_.key, v.key, cookie)};
  page.tpp_name = v.asked.tpp_name;
  page.psu_name = (*person)->name;
  page.return_host = host_of(v.asked.redirect_uri);
  page.until = parts_.decisions.consent_end();
  for (account& a : *accounts) page.accounts.push_back({std::move(a), true});
  page.asked = page.ticked = v.asked.scopes;
  co_return page;
}

std::optional<std::string> consent_flow::psu_of(const visit& v, std::string_view cookie) const {
  return psu_of_login_cookie(parts_.key, v.key, cookie, parts_.wall.now());
}

void consent_flow::answer_review(exchange& e, unsigned status, const visit& v,
                                 const review_view& page) const {
  e.out.html(status, review_page(frame(), page),
             form_page_headers(v.asked.redirect_uri) + transport_headers(parts_.settings));
}

// A conflict means that the request was decided or expired after this step began: it reads as if
// it had been before.
task<> consent_flow::answer_decided(exchange& e, const visit& v,
                                    const result<std::string>& back) const {
  if (!back && back.error().code == errc::conflict) {
    const auto open = co_await find_open(v.client_id, v.handle);
    co_return answer_ending(e, open ? ending(notice::decided) : open.error());
  }
  if (!back) co_return answer_ending(e, notice_of(back.error().code));
  e.out.redirect(*back, redirect_headers() +
                            set_cookie(login_cookie_name(v.key, secure()), {}, secure()) +
                            set_cookie(form_cookie_name(v.key, secure()), {}, secure()));
}

}  // namespace multipass
