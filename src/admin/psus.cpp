#include <chrono>
#include <string>
#include <utility>

#include "admin/admin_request.hpp"
#include "admin/admin_services.hpp"
#include "admin/json_object.hpp"
#include "admin/plain_text.hpp"
#include "crypto/password.hpp"
#include "crypto/random.hpp"
#include "crypto/totp.hpp"
#include "domain/names.hpp"
#include "store/single_write.hpp"

namespace multipass {

namespace {

constexpr std::size_t link_length = 20;  // of [A-Za-z0-9], as an x-request-id
constexpr std::chrono::hours link_ttl{24};
constexpr std::size_t totp_secret_bytes = 20;  // RFC 4226, section 4, R6: 160 bits recommended

struct new_psu {
  std::string username;
  std::string name;
  std::string password;
};

result<new_psu> read_psu(const request& in) {
  const auto value = read_json_body(in);
  if (!value) return value.error();
  json_object body(*value);
  new_psu p;
  p.username = body.text("username");
  p.name = body.text("name");
  p.password = body.text("password");
  if (auto read = body.finish(); !read) return read.error();
  if (auto good = check_username(p.username); !good) {
    return fail(errc::invalid_input, "username: " + good.error().message);
  }
  if (auto good = check_plain_text("name", p.name, 1, 200); !good) return good.error();
  if (auto good = check_plain_text("password", p.password, 8, 256); !good) return good.error();
  return p;
}

task<result<admin_answer>> list_psus(const admin_services& s, const request&) {
  auto job = [](store_reader& reader) { return reader.list_psus(); };
  const auto psus = co_await s.store.read(job);
  if (!psus) co_return psus.error();
  boost::json::array list;
  for (const psu& p : *psus) {
    list.push_back(boost::json::object{{"username", p.username}, {"name", p.name}});
  }
  co_return admin_answer{200, {{"psus", std::move(list)}}};
}

task<result<admin_answer>> add_psu(const admin_services& s, const request& in) {
  const auto asked = read_psu(in);
  if (!asked) co_return asked.error();
  auto hashing = [&]() -> result<std::string> { return hash_password(asked->password); };
  auto hash = co_await s.workers.run(hashing);
  if (!hash) co_return hash.error();

  const std::string totp_secret = random_bytes(totp_secret_bytes);
  psu p;
  p.username = asked->username;
  p.name = asked->name;
  p.password_hash = std::move(*hash);
  p.totp_secret = s.key.seal(totp_secret, p.username);
  auto job = [&, by = by_admin(s)](store_writer& writer) { return writer.add_psu(p, by); };
  const auto added = co_await s.store.write(job);
  if (!added) co_return added.error();

  s.log.write(log_level::info, "psu_added", {{"psu", p.username}, {"request", in.request_id}});
  const auto uri = totp_uri(totp_secret, s.settings.bank_name, p.username);
  co_return admin_answer{201, {{"username", p.username}, {"totp_uri", uri}}};
}

task<result<admin_answer>> start_enrolment(const admin_services& s, const request& in) {
  if (auto empty = expect_no_members(in); !empty) co_return empty.error();
  auto username = path_argument(in);
  if (!username) co_return username.error();
  const std::string handle = random_text(link_length);
  const origin by = by_admin(s);
  enrolment link;
  link.handle = sha256(handle);
  link.psu_username = std::move(*username);
  link.totp_secret = s.key.seal(random_bytes(totp_secret_bytes), link.psu_username);
  link.expires_at = by.now + link_ttl;
  const single_write file_it(&store_writer::start_enrolment, link, by);
  const auto filed = co_await s.store.write(file_it);
  if (!filed) co_return filed.error();
  s.log.write(log_level::info, "enrolment_started",
              {{"psu", link.psu_username}, {"request", in.request_id}});
  co_return admin_answer{201,
                         {{"url", s.settings.public_url + "/enrolment?x=" + handle},
                          {"expires_in", std::chrono::seconds(link_ttl).count()}}};
}

}  // namespace

admin_rows psu_rows() {
  return {
      {verb::get, "/admin/psus", "admin_list_psus", list_psus},
      {verb::post, "/admin/psus", "admin_add_psu", add_psu},
      {verb::post, "/admin/psus/{}/enrolment", "admin_start_enrolment", start_enrolment},
  };
}

}  // namespace multipass
