#include <chrono>
#include <string>
#include <utility>

#include "admin/admin_request.hpp"
#include "admin/admin_services.hpp"
#include "admin/json_fields.hpp"
#include "admin/json_object.hpp"
#include "admin/paging.hpp"
#include "crypto/random.hpp"
#include "domain/event_json.hpp"
#include "domain/names.hpp"
#include "http/parameters.hpp"
#include "webhooks/signature.hpp"
#include "webhooks/target.hpp"

namespace multipass {

namespace {

constexpr std::chrono::hours former_secret_signs{24};

std::string_view name_of(event_state state) {
  switch (state) {
    case event_state::pending:
      return "pending";
    case event_state::delivered:
      return "delivered";
    case event_state::dead:
      return "dead";
    case event_state::kept:
      break;
  }
  return "kept";
}

result<event_state> read_state(std::string_view text) {
  for (const auto state :
       {event_state::kept, event_state::pending, event_state::delivered, event_state::dead}) {
    if (text == name_of(state)) return state;
  }
  return fail(errc::invalid_input, "Parameter state must be kept, pending, delivered or dead");
}

boost::json::object shown(const event& e) {
  boost::json::object body{{"id", event_id(e)},
                           {"tpp", e.tpp_username},
                           {"number", e.number},
                           {"type", multipass::name_of(e.type)},
                           {"timestamp", rfc3339(e.at)},
                           {"consent", static_cast<std::int64_t>(e.consent)},
                           {"clientId", make_client_id(e.tpp_username, e.client_number)},
                           {"state", name_of(e.state)},
                           {"attempts", e.attempts}};
  if (e.state == event_state::pending && e.due_at < waits_for_earlier) {
    body["due_at"] = rfc3339(e.due_at);
  }
  if (!e.last_error.empty()) body["last_error"] = e.last_error;
  return body;
}

// The secret goes out with this answer and is nowhere in clear thereafter.
task<result<admin_answer>> set_webhook(const admin_services& s, const request& in) {
  const auto value = read_json_body(in);
  if (!value) co_return value.error();
  json_object body(*value);
  webhook_setting asked;
  asked.url = body.text("url");
  asked.rotates = body.flag("rotate_secret", false);
  if (auto read = body.finish(); !read) co_return read.error();
  if (auto good = parse_webhook_url(asked.url, s.settings.sandbox); !good) co_return good.error();
  auto username = path_argument(in);
  if (!username) co_return username.error();
  asked.tpp_username = std::move(*username);
  const std::string secret = random_bytes(webhook_secret_size);
  asked.secret = s.key.seal(secret, webhook_seal_context(asked.tpp_username));
  const auto by = by_admin(s);
  asked.former_until = by.now + former_secret_signs;
  auto job = [&](store_writer& writer) { return writer.set_webhook(asked, by); };
  const auto uses_secret = co_await s.store.write(job);
  if (!uses_secret) co_return uses_secret.error();
  s.log.write(log_level::info, "webhook_set",
              {{"tpp", asked.tpp_username}, {"request", in.request_id}});
  admin_answer answer{*uses_secret ? 201U : 200U,
                      {{"username", asked.tpp_username}, {"url", asked.url}}};
  if (*uses_secret) answer.body["secret"] = webhook_secret_text(secret);
  co_return answer;
}

task<result<admin_answer>> remove_webhook(const admin_services& s, const request& in) {
  if (auto empty = expect_no_members(in); !empty) co_return empty.error();
  const auto username = path_argument(in);
  if (!username) co_return username.error();
  auto job = [&, by = by_admin(s)](store_writer& writer) {
    return writer.remove_webhook(*username, event_state::kept, by);
  };
  const auto done = co_await s.store.write(job);
  if (!done) co_return done.error();
  s.log.write(log_level::info, "webhook_removed", {{"tpp", *username}, {"request", in.request_id}});
  co_return admin_success();
}

// `after` is the id of the last event of the page before, "shop-17"; with `tpp`, its number is
// enough.
struct listing {
  event_filter filter;
  std::string after_tpp;  // empty: given by number, or not at all
};

result<listing> read_listing(const parameters& asked) {
  listing l;
  l.filter.tpp_username = asked.find("tpp").value_or("");
  if (const auto text = asked.find("state")) {
    const auto state = read_state(*text);
    if (!state) return state.error();
    l.filter.state = *state;
  }
  const auto limit = read_limit(asked);
  if (!limit) return limit.error();
  l.filter.limit = *limit;
  const auto after = asked.find("after");
  if (!after) return l;
  const auto hyphen = after->rfind('-');
  const auto number = read_number(after->substr(hyphen + 1));  // npos + 1 is 0
  const bool of_one_tpp = !l.filter.tpp_username.empty();
  if (!number || (hyphen == std::string_view::npos && !of_one_tpp)) {
    return fail(errc::invalid_input, "Parameter after must be the id of an event");
  }
  l.filter.after = *number;
  if (!of_one_tpp) l.after_tpp = after->substr(0, hyphen);
  return l;
}

result<std::vector<event>> read_events(store_reader& reader, listing& l) {
  if (!l.after_tpp.empty()) {
    const auto tpp = reader.find_tpp(l.after_tpp);
    if (!tpp) return tpp.error();
    if (!*tpp) return fail(errc::invalid_input, "Parameter after must be the id of an event");
    l.filter.after_tpp = (*tpp)->id;
  }
  return reader.list_events(l.filter);
}

task<result<admin_answer>> list_events(const admin_services& s, const request& in) {
  const auto asked = parameters::read(in, s.settings.max_parameters);
  if (!asked) co_return asked.error();
  auto listed = read_listing(*asked);
  if (!listed) co_return listed.error();
  auto job = [&](store_reader& reader) { return read_events(reader, *listed); };
  const auto found = co_await s.store.read(job);
  if (!found) co_return found.error();
  boost::json::array list;
  for (const event& e : *found) list.emplace_back(shown(e));
  co_return admin_answer{200, {{"events", std::move(list)}}};
}

task<result<admin_answer>> replay(const admin_services& s, const request& in,
                                  std::optional<std::int64_t> number) {
  if (auto empty = expect_no_members(in); !empty) co_return empty.error();
  const auto username = path_argument(in);
  if (!username) co_return username.error();
  auto job = [&, by = by_admin(s)](store_writer& writer) {
    return writer.replay_events(*username, number, by);
  };
  const auto replayed = co_await s.store.write(job);
  if (!replayed) co_return replayed.error();
  const auto count = std::to_string(*replayed);
  s.log.write(log_level::info, "event_replayed",
              {{"tpp", *username}, {"events", count}, {"request", in.request_id}});
  co_return admin_answer{200, {{"status", "success"}, {"replayed", *replayed}}};
}

task<result<admin_answer>> replay_dead(const admin_services& s, const request& in) {
  return replay(s, in, std::nullopt);
}

task<result<admin_answer>> replay_one(const admin_services& s, const request& in) {
  const auto number = read_number(in.path_arguments[1]);
  if (!number) co_return fail(errc::not_found, "Entity not found");
  co_return co_await replay(s, in, *number);
}

}  // namespace

admin_rows webhook_rows() {
  return {
      {verb::post, "/admin/tpps/{}/webhook", "admin_set_webhook", set_webhook},
      {verb::post, "/admin/tpps/{}/webhook/remove", "admin_remove_webhook", remove_webhook},
      {verb::get, "/admin/events", "admin_list_events", list_events},
      {verb::post, "/admin/tpps/{}/events/replay", "admin_replay_dead_events", replay_dead},
      {verb::post, "/admin/tpps/{}/events/{}/replay", "admin_replay_event", replay_one},
  };
}

}  // namespace multipass
