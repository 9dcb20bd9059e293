#include "api/account_endpoints.hpp"

#include <algorithm>

#include "api/account_json.hpp"
#include "api/token_refusal.hpp"
#include "auth/tpp_rate.hpp"
#include "base/character_set.hpp"
#include "http/parameters.hpp"
#include "http/problem.hpp"

namespace multipass {
namespace {

// "accountId=" and digits is the whole query of nearly every request for one account: read without
// the general reader, which allocates. Empty: something else is there, or nothing.
std::string_view plain_account_id(const request& in) noexcept {
  constexpr std::string_view name = "accountId=";
  if (!in.body.empty() || !in.query.starts_with(name)) return {};
  const auto value = in.query.substr(name.size());
  return digits.has_all(value) ? value : std::string_view{};
}

// Whatever an account source reports: to the TPP the account is not there, or not to be had now.
error seen_by_tpp(const error& e) {
  if (e.code == errc::not_found) return fail(errc::not_found, "Entity not found");
  return fail(e.code == errc::overloaded ? errc::overloaded : errc::unavailable, e.message);
}

}  // namespace

// What one trip to the account source brought.
struct account_endpoints::reading {
  std::string json;
  std::string psu;
  std::chrono::milliseconds good_for{};
};

account_endpoints::account_endpoints(token_authorizer& tokens, presented_certificates& certificates,
                                     store_pool& pool, account_source* own_accounts,
                                     const change_clock& changes, const clock& wall,
                                     const config& settings, rate_limiter& tpp_rate,
                                     consent_uses& uses, std::size_t threads)
    : tokens_(tokens),
      certificates_(certificates),
      pool_(pool),
      own_accounts_(own_accounts),
      changes_(changes),
      settings_(settings),
      unattended_(settings.unattended_reads, pool, wall),
      tpp_rate_(tpp_rate),
      uses_(uses) {
  for (std::size_t i = 0; i < threads; ++i) {
    loops_.push_back(std::make_unique<per_loop>(settings.account_view_entries, changes));
  }
}

bool account_endpoints::from_memory(exchange& x, scope needed) {
  if (refuse_second_credential(x)) return true;
  shown_certificate shown;
  if (presented_certificates::may_be_there(x) && !take_certificate(x, shown)) return true;
  const auto decided =
      tokens_.look_up(x.in.authorization, needed, shown.get(), loops_[x.thread]->counts);
  if (!decided) return false;
  if (decided->outcome != verdict::granted) {
    refuse(x, *decided, needed);
    return true;
  }
  const auto question = read_question(x, needed);
  if (!question) return true;
  if (unattended_.counts(x.in)) return false;
  return answer_known(x, decided->granted, *question, x.started);
}

task<> account_endpoints::handle(exchange& x, scope needed) {
  shown_certificate shown;
  if (presented_certificates::may_be_there(x) && !take_certificate(x, shown)) co_return;
  auth_metrics counted_before;  // from_memory() has counted this look-up
  auto decided = tokens_.look_up(x.in.authorization, needed, shown.get(), counted_before);
  if (!decided) {
    decided = co_await tokens_.decide_from_store(x.in.authorization, needed, shown.get());
  }
  if (decided->outcome != verdict::granted) {
    refuse(x, *decided, needed);
    co_return;
  }
  const auto question = read_question(x, needed);
  if (!question) co_return;
  if (unattended_.counts(x.in)) {
    co_await answer_unattended(x, decided->granted, *question);
    co_return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (answer_known(x, decided->granted, *question, now)) co_return;
  co_await answer_from_source(x, decided->granted, *question);
}

// False: it was refused, and that answered.
bool account_endpoints::take_certificate(exchange& x, shown_certificate& shown) {
  auto found = certificates_.of(x);
  if (!found) {
    answer_certificate_refusal(x.out, found.error());
    return false;
  }
  shown = std::move(*found);
  return true;
}

// RFC 6750, section 2: a client must not use more than one method to send a token in a request.
bool account_endpoints::refuse_second_credential(exchange& x) {
  bool second = x.in.authorization_count > 1;
  const bool any = !x.in.query.empty() || !x.in.body.empty();
  if (any && plain_account_id(x.in).empty()) {
    const auto sent = parameters::read(x.in, settings_.max_parameters);
    if (!sent) {
      answer_problem(x.out, sent.error());
      return true;
    }
    second = second || sent->find("access_token") || sent->find("accessToken");
  }
  if (second)
    x.out.problem(400, "The access token goes into one Authorization header and nowhere else");
  return second;
}

result<account_id> account_endpoints::read_account(const request& in) const {
  if (const auto plain = plain_account_id(in); !plain.empty()) return parse_account_id(plain);
  const auto sent = parameters::read(in, settings_.max_parameters);
  if (!sent) return sent.error();
  const auto text = sent->require("accountId");
  if (!text) return text.error();
  return parse_account_id(*text);
}

// Counts the request on the TPP whose token it bears; once for each, where its answer is at hand.
// True: refused and answered.
bool account_endpoints::over_rate(exchange& x, const grant& g) {
  const auto too_soon_by = tpp_rate_.take(rate_key(g.tpp), x.started);
  if (too_soon_by.count() <= 0) return false;
  answer_problem(x.out, asks_too_often(too_soon_by));
  return true;
}

void account_endpoints::refuse(exchange& x, const decision& d, scope needed) {
  const bool known = d.outcome == verdict::insufficient_scope;
  if (!known || !over_rate(x, d.granted)) answer_refusal(x.out, d.outcome, needed);
}

// nullopt: refused and answered.
std::optional<account_question> account_endpoints::read_question(exchange& x, scope needed) {
  if (needed == scope::account_list) return account_question{};
  const auto id = read_account(x.in);
  if (id) return account_question{needed, *id};
  answer_problem(x.out, id.error());
  return std::nullopt;
}

bool account_endpoints::answer_known(exchange& x, const grant& g, const account_question& q,
                                     account_view::time_point now) {
  auto& loop = *loops_[x.thread];
  const auto known = loop.view.find(g.consent, q, now);
  if (!known) return false;
  if (over_rate(x, g)) return true;
  const auto period = use_period_of(now);
  if (known->begins(period)) uses_.note(x.thread, g.consent, period);
  count(loop.counts.view_hits);
  x.out.json(200, known->json());
  return true;
}

result<account_endpoints::reading> account_endpoints::read(store_reader& s, consent_id consent,
                                                           const account_question& q) const {
  const auto allowed = s.find_consent(consent);
  if (!allowed) return allowed.error();
  if (!*allowed) return fail(errc::not_found, "Entity not found");
  const auto& ticked = (*allowed)->accounts;
  account_source& source = own_accounts_ != nullptr ? *own_accounts_ : s;
  auto accounts = source.accounts_of((*allowed)->psu_username);
  if (!accounts) return accounts.error();
  std::erase_if(*accounts, [&](const account& a) {
    return !std::binary_search(ticked.begin(), ticked.end(), a.id);
  });
  reading r{{}, (*allowed)->psu_username, source.may_keep_for()};
  if (q.kind == scope::account_list) {
    r.json = account_list_json(*accounts);
    return r;
  }
  const auto wanted = [&](const account& a) { return a.id == q.account; };
  const auto found = std::find_if(accounts->begin(), accounts->end(), wanted);
  // Someone else's, not ticked, or not there at all: the same answer.
  if (found == accounts->end()) return fail(errc::not_found, "Entity not found");
  if (q.kind == scope::account_details) {
    r.json = account_json(*found);
    return r;
  }
  const auto balances = source.balances_of(r.psu, q.account);
  if (!balances) return balances.error();
  r.json = balance_json(*found, *balances);
  return r;
}

task<> account_endpoints::answer_from_source(exchange& x, grant g, account_question q) {
  if (over_rate(x, g)) co_return;
  const auto json = co_await read_from_source(x, g, q);
  if (!json) co_return;
  uses_.note(x.thread, g.consent, use_period_of(x.started));
  x.out.json(200, *json);
}

// What there is to answer comes first, since only what is answered with it counts. It is copied:
// the view's memory may be another's while the store counts.
task<> account_endpoints::answer_unattended(exchange& x, grant g, account_question q) {
  if (over_rate(x, g)) co_return;
  auto& loop = *loops_[x.thread];
  std::optional<std::string> json;
  if (const auto known = loop.view.find(g.consent, q, std::chrono::steady_clock::now())) {
    json = known->json();
    count(loop.counts.view_hits);
  } else {
    json = co_await read_from_source(x, g, q);
    if (!json) co_return;
  }
  const bool admitted = co_await unattended_.admit(x, g.consent, q, loop.counts);
  if (!admitted) co_return;
  uses_.note(x.thread, g.consent, use_period_of(x.started));
  x.out.json(200, *json);
}

// nullopt: there is no answer, and x says why.
task<std::optional<std::string>> account_endpoints::read_from_source(exchange& x, grant g,
                                                                     account_question q) {
  auto& loop = *loops_[x.thread];
  count(loop.counts.view_misses);
  const auto before = changes_.now();
  auto read_it = [this, g, q](store_reader& s) { return read(s, g.consent, q); };
  auto got = co_await pool_.read(read_it);
  if (!got) {
    answer_problem(x.out, seen_by_tpp(got.error()));
    co_return std::nullopt;
  }
  if (got->good_for <= std::chrono::milliseconds{0}) co_return std::move(got->json);
  const auto now = std::chrono::steady_clock::now();
  const bool for_ever = got->good_for == std::chrono::milliseconds::max();
  const auto until = for_ever ? account_view::time_point::max() : now + got->good_for;
  loop.view.keep(g.consent, q, got->json, {before, changes_.accounts_stripe(got->psu), until});
  co_return std::move(got->json);
}

}  // namespace multipass
