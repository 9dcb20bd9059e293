#include "consent/dashboard_sessions.hpp"

#include "consent/login_cookie.hpp"
#include "consent/page_headers.hpp"
#include "crypto/random.hpp"
#include "multipass/digest.hpp"

namespace multipass {
namespace {

// Stands where the cookies of a request have the digest of its handle. No handle reads like this
// one: they are 20 letters and digits.
const digest& list_of_consents() {
  static const digest key = sha256("the list of consents");
  return key;
}

constexpr std::string_view path = "/consents";
constexpr std::size_t form_cookie_length = 32;

}  // namespace

std::optional<dashboard_sessions::session> dashboard_sessions::of(const request& in) const {
  const auto cookie = cookie_value(in.cookie, login_cookie_name(list_of_consents(), secure()));
  auto psu = psu_of_login_cookie(key_, list_of_consents(), cookie, clock_.now());
  if (!psu) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (ended_.contains(sha256(cookie))) return std::nullopt;
  return session{std::move(*psu), std::string(cookie)};
}

std::string dashboard_sessions::open(std::string_view psu_username) const {
  const auto end = clock_.now() + settings_.login_ttl;
  return set_cookie(login_cookie_name(list_of_consents(), secure()),
                    make_login_cookie(key_, list_of_consents(), psu_username, end), secure(), path);
}

std::string dashboard_sessions::end(const session& ended) {
  const timestamp now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(ended_, [&](const auto& entry) { return now >= entry.second; });
    ended_[sha256(ended.cookie)] = now + settings_.login_ttl;
  }
  return set_cookie(login_cookie_name(list_of_consents(), secure()), {}, secure(), path);
}

std::string dashboard_sessions::form_cookie(const request& in) const {
  const auto sent = sent_form_cookie(in);
  const bool ours = sent.size() == form_cookie_length && is_alphanumeric(sent);
  return ours ? std::string(sent) : random_text(form_cookie_length);
}

std::string dashboard_sessions::set_form_cookie(std::string_view cookie) const {
  return set_cookie(form_cookie_name(list_of_consents(), secure()), cookie, secure(), path);
}

std::string_view dashboard_sessions::sent_form_cookie(const request& in) const {
  return cookie_value(in.cookie, form_cookie_name(list_of_consents(), secure()));
}

std::string dashboard_sessions::csrf(std::string_view cookie) const {
  return csrf_token(key_, list_of_consents(), cookie);
}

bool dashboard_sessions::csrf_matches(std::string_view cookie, std::string_view token) const {
  return csrf_token_matches(key_, list_of_consents(), cookie, token);
}

bool dashboard_sessions::secure() const {
  return has_secure_cookies(settings_);
}

}  // namespace multipass
