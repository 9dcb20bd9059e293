#include "auth/client_authentication.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "auth/tpp_rate.hpp"
#include "base/form_text.hpp"
#include "crypto/encoding.hpp"

namespace multipass {
namespace {

constexpr std::string_view basic_scheme = "basic ";

error unknown_client() {
  return fail(errc::unauthorized, "Unknown client or wrong client secret");
}

bool is_basic(std::string_view authorization) {
  return std::ranges::equal(
      authorization.substr(0, basic_scheme.size()), basic_scheme,
      [](char c, char lower) { return (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) == lower; });
}

}  // namespace

struct client_authentication::claim {
  std::string username;
  std::optional<std::string> secret;
};

// RFC 6749, section 2.3.1: name and secret are form-encoded each, before the base64.
result<client_authentication::claim> client_authentication::read(const client_credentials& c) {
  if (c.authorization_count > 1) {
    return fail(errc::invalid_input, "More than one Authorization header");
  }
  claim said{std::string(c.client_id), std::nullopt};
  if (!c.client_secret.empty()) said.secret = c.client_secret;
  if (c.authorization_count == 0) return said;
  if (said.secret) {
    return fail(errc::invalid_input, "The client authenticates in two ways at once");
  }
  if (!is_basic(c.authorization)) {
    return fail(errc::invalid_input, "The Authorization header of a client must be Basic");
  }
  const auto plain = from_base64(c.authorization.substr(basic_scheme.size()));
  const auto colon = plain ? plain->find(':') : std::string::npos;
  if (colon == std::string::npos) {
    return fail(errc::invalid_input, "The Authorization header is not base64 of name:secret");
  }
  const auto name = decode_form_text(std::string_view(*plain).substr(0, colon));
  auto secret = decode_form_text(std::string_view(*plain).substr(colon + 1));
  if (!name || !secret) {
    return fail(errc::invalid_input, "The Authorization header has a bad percent escape");
  }
  if (!said.username.empty() && said.username != *name) {
    return fail(errc::invalid_input, "client_id and the Authorization header name two clients");
  }
  return claim{*name, std::move(*secret)};
}

// The same work for an unknown name as for a wrong secret.
result<tpp> client_authentication::judge(const std::optional<tpp>& found, const claim& claimed,
                                         const tpp_certificate* shown) const {
  if (claimed.secret) {
    const auto presented = key_.of_tpp_secret(*claimed.secret);
    const auto known = found ? found->secret : digest{};
    if (!equal_in_constant_time(presented, known) || !found) return unknown_client();
  } else if (shown == nullptr) {
    return fail(errc::unauthorized,
                "Client authentication is missing: client_secret_basic, client_secret_post or the "
                "client's certificate");
  } else if (!found || found->organization.empty() || shown->organization != found->organization) {
    return unknown_client();
  }
  if (auto own = check_account_access(found->organization, shown); !own) return own.error();
  if (found->blocked) return fail(errc::forbidden, "This TPP is blocked; ask the bank");
  return *found;
}

task<result<tpp>> client_authentication::authenticate(client_credentials c) const {
  const auto claimed = read(c);
  if (!claimed) co_return claimed.error();
  auto find = [name = claimed->username](store_reader& s) { return s.find_tpp(name); };
  const auto found = co_await pool_.read(find);
  if (!found) co_return found.error();
  auto known = judge(*found, *claimed, c.certificate);
  if (!known) {
    log_.write_some(
        log_level::info, "tpp_refused",
        {{"tpp", *found ? claimed->username : "unknown"}, {"reason", known.error().message}});
    co_return known.error();
  }
  const auto fine = count_request(tpp_rate_, known->id, std::chrono::steady_clock::now());
  if (!fine) co_return fine.error();
  co_return known;
}

}  // namespace multipass
