#include "consent/dashboard.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "consent/page_headers.hpp"
#include "consent/shown_consents.hpp"
#include "http/problem.hpp"
#include "store/audit_acts.hpp"
#include "store/single_write.hpp"

namespace multipass {
namespace {

constexpr std::size_t entries_per_page = 20;
constexpr std::size_t read_at_once = 200;
// What audit and log have in the place of a clientId.
constexpr std::string_view client = "consents";

std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? number : 0;
}

// Page by page: the store's answers stay small, however many there are.
result<std::vector<consent>> all_consents(store_reader& s, const std::string& psu_username) {
  std::vector<consent> all;
  consent_filter filter;
  filter.psu_username = psu_username;
  filter.limit = read_at_once;
  while (true) {
    auto some = s.list_consents(filter);
    if (!some) return some.error();
    std::ranges::move(*some, std::back_inserter(all));
    if (some->size() < filter.limit) return all;
    filter.after = all.back().id;
  }
}

std::string_view text_of(const parameters& sent, std::string_view name) {
  return sent.find(name).value_or("");
}

}  // namespace

dashboard::dashboard(const consent_parts& parts, std::shared_ptr<login_gate> gate)
    : parts_(parts), gate_(std::move(gate)), sessions_(parts_.key, parts_.wall, parts_.settings) {}

task<> dashboard::show(exchange& e) {
  const auto asked = read(e.in);
  if (!asked) co_return answer_notice(e, asked.error());
  const auto who = sessions_.of(e.in);
  if (who) co_return co_await show_list(e, *who, *asked);
  login_view page;
  page.logged_out = asked->find("logged-out").has_value();
  answer_login(e, 200, sessions_.form_cookie(e.in), std::move(page));
}

task<> dashboard::log_in(exchange& e) {
  const auto sent = read(e.in);
  if (!sent) co_return answer_notice(e, sent.error());
  const auto cookie = sessions_.sent_form_cookie(e.in);
  if (!sessions_.csrf_matches(cookie, text_of(*sent, "csrf"))) {
    co_return answer_notice(e, notice::not_accepted);
  }
  const credentials given = credentials_of(*sent);
  const auto outcome = co_await gate_->try_log_in(e, given, client);
  if (!outcome) co_return answer_notice(e, notice::not_now);
  login_view page;
  page.username = given.username;
  if (outcome->wait.count() > 0) {
    page.locked_for = std::chrono::ceil<std::chrono::minutes>(outcome->wait);
    co_return answer_login(e, 429, cookie, std::move(page),
                           "Retry-After: " + std::to_string(outcome->wait.count()) + "\r\n");
  }
  page.failed = !outcome->passed;
  if (page.failed) co_return answer_login(e, 401, cookie, std::move(page));
  e.out.redirect("/consents", redirect_headers() + sessions_.open(given.username));
}

// Without a session there is nothing to end: whoever presses the button twice is logged out.
task<> dashboard::log_out(exchange& e) {
  const auto sent = read(e.in);
  if (!sent) co_return answer_notice(e, sent.error());
  std::string headers = redirect_headers();
  if (const auto who = sessions_.of(e.in)) {
    if (!sessions_.csrf_matches(who->cookie, text_of(*sent, "csrf"))) {
      co_return answer_notice(e, notice::not_accepted);
    }
    headers += sessions_.end(*who);
  }
  e.out.redirect("/consents?logged-out", headers);
}

task<> dashboard::ask(exchange& e) {
  const auto who = sessions_.of(e.in);
  if (!who) co_return answer_notice(e, notice::login_ended);
  const std::string_view id = e.in.path_arguments[0];
  auto found = co_await find(who->psu_username, id);
  if (!found) co_return answer_notice(e, found.error());
  if (!is_live(found->given, parts_.wall.now())) {
    co_return e.out.redirect("/consents?withdrawn=" + std::string(id), redirect_headers());
  }
  auto accounts = co_await accounts_of(who->psu_username);
  const withdrawal_view page{sessions_.csrf(who->cookie), std::move(found->psu_name),
                             entry_of(std::move(found->given), std::move(accounts))};
  answer(e, 200, withdrawal_page(frame(), page));
}

// What had ended before stays as it ended: the list says so.
task<> dashboard::withdraw(exchange& e) {
  const auto sent = read(e.in);
  if (!sent) co_return answer_notice(e, sent.error());
  const auto who = sessions_.of(e.in);
  if (!who) co_return answer_notice(e, notice::login_ended);
  if (!sessions_.csrf_matches(who->cookie, text_of(*sent, "csrf"))) {
    co_return answer_notice(e, notice::not_accepted);
  }
  const std::string_view id = e.in.path_arguments[0];
  const auto found = co_await find(who->psu_username, id);
  if (!found) co_return answer_notice(e, found.error());
  const origin by{psu_actor(who->psu_username), parts_.wall.now()};
  const auto write =
      single_write(&store_writer::end_consent, found->given.id, end_reason::withdrawn, by);
  const auto ended = co_await parts_.pool.write(write);
  if (!ended) co_return answer_notice(e, notice::not_now);
  if (*ended) {
    parts_.log.write(log_level::info, "consent_withdrawn",
                     {{"consent", id}, {"psu", who->psu_username}, {"request", e.in.request_id}});
  }
  e.out.redirect("/consents?withdrawn=" + std::string(id), redirect_headers());
}

task<> dashboard::show_list(exchange& e, const session& who, const parameters& asked) const {
  auto holds = co_await holder_of(who.psu_username);
  if (!holds) co_return answer_notice(e, holds.error());
  const auto accounts = co_await accounts_of(who.psu_username);

  consents_view page;
  page.csrf = sessions_.csrf(who.cookie);
  page.psu_name = std::move(holds->name);
  const consent_id ended{number_of(text_of(asked, "withdrawn"))};
  const auto named = std::ranges::find(holds->consents, ended, &consent::id);
  if (named != holds->consents.end()) page.asked_to_end = *named;

  auto shown = shown_consents(std::move(holds->consents), parts_.wall.now());
  page.pages = std::max<std::size_t>(1, (shown.size() + entries_per_page - 1) / entries_per_page);
  const auto wanted =
      static_cast<std::size_t>(std::max<std::int64_t>(1, number_of(text_of(asked, "page"))));
  page.page = std::min(wanted, page.pages);
  const auto first = (page.page - 1) * entries_per_page;
  const auto last = std::min(first + entries_per_page, shown.size());
  for (auto i = first; i < last; ++i) {
    page.entries.push_back(entry_of(std::move(shown[i]), accounts));
  }
  answer(e, 200, consents_page(frame(), page));
}

// Judged like every form of ours; an address with a bad escape is no page of ours either.
dashboard::or_notice<parameters> dashboard::read(const request& in) const {
  if (in.method == verb::post && !may_post(in, parts_.settings)) return notice::not_accepted;
  auto sent = parameters::read_form(in, parts_.settings.max_parameters);
  if (!sent) return notice::not_read;
  return std::move(*sent);
}

task<dashboard::or_notice<dashboard::holder>> dashboard::holder_of(std::string psu_username) const {
  const auto work = [psu_username](store_reader& s) -> result<holder> {
    const auto person = s.find_psu(psu_username);
    if (!person) return person.error();
    if (!*person) return fail(errc::not_found, "There is no such PSU");
    auto consents = all_consents(s, psu_username);
    if (!consents) return consents.error();
    return holder{(*person)->name, std::move(*consents)};
  };
  auto found = co_await parts_.pool.read(work);
  if (found) co_return std::move(*found);
  co_return found.error().code == errc::not_found ? notice::login_ended : notice::not_now;
}

// Another PSU's consent reads as one that there is not.
task<dashboard::or_notice<dashboard::owned_consent>> dashboard::find(std::string psu_username,
                                                                     std::string_view id) const {
  const std::int64_t number = number_of(id);
  if (number <= 0) co_return notice::consent_unknown;
  const auto work = [psu_username, number](store_reader& s) -> result<owned_consent> {
    const auto person = s.find_psu(psu_username);
    if (!person) return person.error();
    consent_filter filter;
    filter.psu_username = psu_username;
    filter.after = consent_id{number - 1};
    filter.limit = 1;
    auto consents = s.list_consents(filter);
    if (!consents) return consents.error();
    if (!*person || consents->empty() || consents->front().id != consent_id{number}) {
      return fail(errc::not_found, "Entity not found");
    }
    return owned_consent{(*person)->name, std::move(consents->front())};
  };
  auto found = co_await parts_.pool.read(work);
  if (found) co_return std::move(*found);
  co_return found.error().code == errc::not_found ? notice::consent_unknown : notice::not_now;
}

// A bank's account source that fails must not keep anybody from withdrawing: without their names
// accounts are shown by number.
task<std::vector<account>> dashboard::accounts_of(std::string psu_username) const {
  auto accounts = co_await parts_.decisions.accounts_of(psu_username);
  if (!accounts) co_return std::vector<account>{};
  co_return std::move(*accounts);
}

consent_entry dashboard::entry_of(consent given, std::vector<account> accounts) const {
  consent_entry entry;
  entry.live = is_live(given, parts_.wall.now());
  entry.end = end_of(given);
  entry.given = std::move(given);
  entry.accounts = std::move(accounts);
  return entry;
}

void dashboard::answer(exchange& e, unsigned status, std::string_view page,
                       std::string_view more_headers) const {
  e.out.html(status, page,
             form_page_headers() + transport_headers(parts_.settings) + std::string(more_headers));
}

void dashboard::answer_notice(exchange& e, notice what) const {
  std::string headers = page_headers() + transport_headers(parts_.settings);
  if (what == notice::not_now) headers += "Retry-After: 1\r\n";
  e.out.html(status_of(what), notice_page(frame(), what), headers);
}

void dashboard::answer_over_rate(exchange& e, std::chrono::seconds wait) const {
  e.out.html(status_of(notice::limited), notice_page(frame(), notice::limited),
             page_headers() + retry_after_line(wait));
}

void dashboard::answer_login(exchange& e, unsigned status, std::string_view form_cookie,
                             login_view page, std::string_view more_headers) const {
  page.form.csrf = sessions_.csrf(form_cookie);
  answer(e, status, consents_login_page(frame(), page),
         sessions_.set_form_cookie(form_cookie) + std::string(more_headers));
}

site dashboard::frame() const {
  return site_of(parts_.settings, parts_.look);
}

}  // namespace multipass
