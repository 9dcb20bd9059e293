#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "admin/admin_request.hpp"
#include "admin/admin_services.hpp"
#include "admin/json_fields.hpp"
#include "admin/json_object.hpp"
#include "domain/names.hpp"
#include "http/problem.hpp"
#include "store/audit_acts.hpp"

namespace multipass {

namespace {

struct asked_approval {
  std::string psu;
  std::optional<std::vector<account_id>> accounts;
  std::optional<scope_set> scopes;
};

result<asked_approval> read_approval(const request& in) {
  const auto value = read_json_body(in);
  if (!value) return value.error();
  json_object body(*value);
  asked_approval asked;
  asked.psu = body.text("psu");
  const auto accounts = body.optional_integers("accounts");
  asked.scopes = body.optional_scopes("scopes");
  if (auto read = body.finish(); !read) return read.error();
  if (accounts) {
    asked.accounts.emplace();
    for (const std::int64_t id : *accounts) asked.accounts->push_back(account_id{id});
  }
  return asked;
}

// A bank's own frontend sends the browser of an expired request back, as the built-in page does.
task<result<admin_answer>> answer_refused(const admin_services& s, const request& in, error why) {
  if (why.code != errc::conflict) co_return why;
  const auto filed = co_await s.decisions.look_up(in.path_arguments[0]);
  if (!filed || filed->way_back.empty()) co_return why;
  co_return admin_answer{status_of(why.code),
                         {{"message", why.message}, {"redirectUri", filed->way_back}}};
}

task<result<admin_answer>> show_authorization(const admin_services& s, const request& in) {
  const auto found = co_await s.decisions.find(in.path_arguments[0]);
  if (!found) co_return co_await answer_refused(s, in, found.error());
  const authorization& a = *found;
  boost::json::object tpp{{"username", a.tpp_username}, {"name", a.tpp_name}};
  co_return admin_answer{200,
                         {{"clientId", make_client_id(a.tpp_username, a.client_number)},
                          {"tpp", std::move(tpp)},
                          {"scopes", scope_names(a.scopes)},
                          {"redirectUri", a.redirect_uri},
                          {"expiresAt", rfc3339(a.expires_at)}}};
}

task<result<admin_answer>> approve(const admin_services& s, const request& in) {
  const auto asked = read_approval(in);
  if (!asked) co_return asked.error();
  const auto uri = co_await s.decisions.approve(in.path_arguments[0], asked->psu, admin_actor,
                                                asked->accounts, asked->scopes);
  if (!uri) co_return co_await answer_refused(s, in, uri.error());
  co_return admin_answer{200, {{"redirectUri", *uri}}};
}

task<result<admin_answer>> deny(const admin_services& s, const request& in) {
  if (auto empty = expect_no_members(in); !empty) co_return empty.error();
  const auto uri = co_await s.decisions.deny(in.path_arguments[0], admin_actor);
  if (!uri) co_return co_await answer_refused(s, in, uri.error());
  co_return admin_answer{200, {{"redirectUri", *uri}}};
}

}  // namespace

admin_rows authorization_rows() {
  return {
      {verb::get, "/admin/authorizations/{}", "admin_show_authorization", show_authorization},
      {verb::post, "/admin/authorizations/{}/approve", "admin_approve", approve},
      {verb::post, "/admin/authorizations/{}/deny", "admin_deny", deny},
  };
}

}  // namespace multipass
