#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "admin/admin_request.hpp"
#include "admin/admin_services.hpp"
#include "admin/json_fields.hpp"
#include "admin/json_object.hpp"
#include "admin/plain_text.hpp"
#include "crypto/random.hpp"
#include "domain/names.hpp"

namespace multipass {

namespace {

constexpr std::size_t secret_length = 40;  // 238 bits
constexpr std::size_t most_redirect_uris = 32;

boost::json::object shown(const tpp& t) {
  return {{"username", t.username},
          {"name", t.name},
          {"redirect_uris", boost::json::array(t.redirect_uris.begin(), t.redirect_uris.end())},
          {"scopes", scope_names(t.scopes)},
          {"blocked", t.blocked},
          {"requires_pkce", t.requires_pkce},
          {"requires_secret", t.requires_secret},
          {"organization", t.organization}};
}

result<void> check_redirect_uris(const std::vector<std::string>& uris, bool sandbox) {
  if (uris.empty() || uris.size() > most_redirect_uris) {
    return fail(errc::invalid_input, "redirect_uris must hold 1 to 32 URIs");
  }
  for (const std::string& uri : uris) {
    if (auto good = check_redirect_uri(uri, sandbox); !good) {
      return fail(errc::invalid_input, "redirect_uris: " + good.error().message);
    }
  }
  if (std::set<std::string>(uris.begin(), uris.end()).size() != uris.size()) {
    return fail(errc::invalid_input, "redirect_uris holds the same URI twice");
  }
  return {};
}

// Empty: the TPP needs no certificate.
result<void> check_binding(std::string_view organization) {
  if (organization.empty()) return {};
  if (auto good = check_organization(organization); !good) {
    return fail(errc::invalid_input, "organization: " + good.error().message);
  }
  return {};
}

result<tpp> read_tpp(const request& in, bool sandbox) {
  const auto value = read_json_body(in);
  if (!value) return value.error();
  json_object body(*value);
  tpp t;
  t.username = body.text("username");
  t.name = body.text("name");
  t.redirect_uris = body.texts("redirect_uris");
  t.scopes = body.scopes("scopes");
  t.requires_pkce = body.flag("requires_pkce", false);
  t.requires_secret = body.flag("requires_secret", false);
  t.organization = body.optional_text("organization").value_or("");
  if (auto read = body.finish(); !read) return read.error();
  if (auto good = check_tpp_username(t.username); !good) {
    return fail(errc::invalid_input, "username: " + good.error().message);
  }
  if (auto good = check_plain_text("name", t.name, 1, 200); !good) return good.error();
  if (auto good = check_redirect_uris(t.redirect_uris, sandbox); !good) return good.error();
  if (auto good = check_binding(t.organization); !good) return good.error();
  return t;
}

task<result<admin_answer>> list_tpps(const admin_services& s, const request&) {
  auto job = [](store_reader& reader) { return reader.list_tpps(); };
  const auto tpps = co_await s.store.read(job);
  if (!tpps) co_return tpps.error();
  auto find = [](store_reader& reader) { return reader.list_webhooks(); };
  const auto webhooks = co_await s.store.read(find);
  if (!webhooks) co_return webhooks.error();
  boost::json::array list;
  for (const tpp& t : *tpps) {
    auto body = shown(t);
    const auto own = std::ranges::find(*webhooks, t.id, &webhook::tpp);
    if (own != webhooks->end()) body["webhook"] = own->url;
    list.emplace_back(std::move(body));
  }
  co_return admin_answer{200, {{"tpps", std::move(list)}}};
}

task<result<admin_answer>> add_tpp(const admin_services& s, const request& in) {
  auto asked = read_tpp(in, s.settings.sandbox);
  if (!asked) co_return asked.error();
  const std::string secret = random_text(secret_length);
  asked->secret = s.key.of_tpp_secret(secret);
  auto job = [&, by = by_admin(s)](store_writer& writer) { return writer.add_tpp(*asked, by); };
  const auto added = co_await s.store.write(job);
  if (!added) co_return added.error();
  s.log.write(log_level::info, "tpp_added",
              {{"tpp", asked->username},
               {"organization", asked->organization},
               {"request", in.request_id}});
  auto body = shown(*asked);
  body["secret"] = secret;
  co_return admin_answer{201, std::move(body)};
}

task<result<admin_answer>> set_blocked(const admin_services& s, const request& in, bool blocked) {
  if (auto empty = expect_no_members(in); !empty) co_return empty.error();
  const auto username = path_argument(in);
  if (!username) co_return username.error();
  auto job = [&, by = by_admin(s)](store_writer& writer) {
    return writer.set_blocked(*username, blocked, by);
  };
  const auto done = co_await s.store.write(job);
  if (!done) co_return done.error();
  s.log.write(log_level::info, blocked ? "tpp_blocked" : "tpp_unblocked",
              {{"tpp", *username}, {"request", in.request_id}});
  co_return admin_success();
}

task<result<admin_answer>> block_tpp(const admin_services& s, const request& in) {
  return set_blocked(s, in, true);
}

task<result<admin_answer>> unblock_tpp(const admin_services& s, const request& in) {
  return set_blocked(s, in, false);
}

task<result<admin_answer>> rotate_secret(const admin_services& s, const request& in) {
  if (auto empty = expect_no_members(in); !empty) co_return empty.error();
  const auto username = path_argument(in);
  if (!username) co_return username.error();
  const std::string secret = random_text(secret_length);
  auto job = [&, kept = s.key.of_tpp_secret(secret), by = by_admin(s)](store_writer& writer) {
    return writer.set_secret(*username, kept, by);
  };
  const auto done = co_await s.store.write(job);
  if (!done) co_return done.error();
  s.log.write(log_level::info, "tpp_secret_rotated",
              {{"tpp", *username}, {"request", in.request_id}});
  co_return admin_answer{200, {{"username", *username}, {"secret", secret}}};
}

task<result<admin_answer>> set_organization(const admin_services& s, const request& in) {
  const auto value = read_json_body(in);
  if (!value) co_return value.error();
  json_object body(*value);
  const auto organization = body.optional_text("organization");
  if (!organization) body.refuse("organization", "is missing");
  if (auto read = body.finish(); !read) co_return read.error();
  if (auto good = check_binding(*organization); !good) co_return good.error();
  const auto username = path_argument(in);
  if (!username) co_return username.error();
  auto job = [&, by = by_admin(s)](store_writer& writer) {
    return writer.set_organization(*username, *organization, by);
  };
  const auto done = co_await s.store.write(job);
  if (!done) co_return done.error();
  s.log.write(log_level::info, "tpp_organization_set",
              {{"tpp", *username}, {"organization", *organization}, {"request", in.request_id}});
  co_return admin_success();
}

}  // namespace

admin_rows tpp_rows() {
  return {
      {verb::get, "/admin/tpps", "admin_list_tpps", list_tpps},
      {verb::post, "/admin/tpps", "admin_add_tpp", add_tpp},
      {verb::post, "/admin/tpps/{}/block", "admin_block_tpp", block_tpp},
      {verb::post, "/admin/tpps/{}/unblock", "admin_unblock_tpp", unblock_tpp},
      {verb::post, "/admin/tpps/{}/rotate-secret", "admin_rotate_secret", rotate_secret},
      {verb::post, "/admin/tpps/{}/organization", "admin_set_organization", set_organization},
  };
}

}  // namespace multipass
