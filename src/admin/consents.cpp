#include <string>
#include <utility>

#include "admin/admin_request.hpp"
#include "admin/admin_services.hpp"
#include "admin/json_fields.hpp"
#include "admin/paging.hpp"
#include "domain/names.hpp"
#include "http/parameters.hpp"

namespace multipass {

namespace {

boost::json::object shown(const consent& c) {
  boost::json::array accounts;
  for (const account_id id : c.accounts) accounts.emplace_back(static_cast<std::int64_t>(id));
  boost::json::object o{{"id", static_cast<std::int64_t>(c.id)},
                        {"tpp", c.tpp_username},
                        {"clientId", make_client_id(c.tpp_username, c.client_number)},
                        {"psu", c.psu_username},
                        {"scopes", scope_names(c.scopes)},
                        {"accounts", std::move(accounts)},
                        {"grantedAt", rfc3339(c.granted_at)},
                        {"expiresAt", rfc3339(c.expires_at)}};
  if (c.last_used_at) o["lastUsedAt"] = rfc3339(*c.last_used_at);
  if (c.ended_at) {
    o["endedAt"] = rfc3339(*c.ended_at);
    o["reason"] = name_of(c.reason);
  }
  return o;
}

result<consent_filter> read_filter(const request& in, std::size_t most_parameters) {
  const auto asked = parameters::read(in, most_parameters);
  if (!asked) return asked.error();
  consent_filter filter;
  filter.tpp_username = asked->find("tpp").value_or("");
  filter.psu_username = asked->find("psu").value_or("");
  const auto after = read_after(*asked);
  if (!after) return after.error();
  filter.after = consent_id{*after};
  const auto limit = read_limit(*asked);
  if (!limit) return limit.error();
  filter.limit = *limit;
  return filter;
}

task<result<admin_answer>> list_consents(const admin_services& s, const request& in) {
  const auto filter = read_filter(in, s.settings.max_parameters);
  if (!filter) co_return filter.error();
  auto job = [&](store_reader& reader) { return reader.list_consents(*filter); };
  const auto consents = co_await s.store.read(job);
  if (!consents) co_return consents.error();
  boost::json::array list;
  for (const consent& c : *consents) list.emplace_back(shown(c));
  co_return admin_answer{200, {{"consents", std::move(list)}}};
}

// end_consent() says only that there was nothing to end; the caller wants to know why.
result<void> withdraw(store_writer& writer, consent_id id, const origin& by) {
  const auto ended = writer.end_consent(id, end_reason::withdrawn, by);
  if (!ended) return ended.error();
  if (*ended) return {};
  const auto known = writer.find_consent(id);
  if (!known) return known.error();
  if (!*known) return fail(errc::not_found, "Entity not found");
  return fail(errc::conflict, "The consent has ended or expired already");
}

task<result<admin_answer>> revoke_consent(const admin_services& s, const request& in) {
  if (auto empty = expect_no_members(in); !empty) co_return empty.error();
  const auto id = read_number(in.path_arguments[0]);
  if (!id) co_return fail(errc::not_found, "Entity not found");
  const origin by = by_admin(s);
  auto job = [&](store_writer& writer) { return withdraw(writer, consent_id{*id}, by); };
  const auto done = co_await s.store.write(job);
  if (!done) co_return done.error();
  s.log.write(log_level::info, "consent_withdrawn",
              {{"consent", std::to_string(*id)}, {"request", in.request_id}});
  co_return admin_success();
}

}  // namespace

admin_rows consent_rows() {
  return {
      {verb::get, "/admin/consents", "admin_list_consents", list_consents},
      {verb::post, "/admin/consents/{}/revoke", "admin_revoke_consent", revoke_consent},
  };
}

}  // namespace multipass
