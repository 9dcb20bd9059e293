// The sandbox's TPP that needs its certificate, "qwac-tpp", and how it shows one: here as a header
// line of a trusted balancer, whose place the test takes; support/tls_tpp.hpp has the other way.
#pragma once

#include <string>

#include "support/sandbox_gateway.hpp"
#include "support/test_pki.hpp"

namespace multipass::testing {

inline void behind_balancer(config& c) {
  c.trusted_proxies = "127.0.0.1/32";
  c.tls_client_ca = test_pki::get().file("ca");
}

class certified_tpp {
 public:
  explicit certified_tpp(sandbox_gateway& g) : g_(g) {}
  virtual ~certified_tpp() = default;
  certified_tpp(const certified_tpp&) = delete;
  certified_tpp& operator=(const certified_tpp&) = delete;

  /// A POST to the public listener; `certificate` is a name of test_pki or empty for none.
  virtual reply call(const std::string& target, const std::string& certificate,
                     const std::string& headers = {}) const {
    return post(g_.address(), target, headers + test_pki::get().header(certificate));
  }
  reply authorize(const std::string& certificate, const std::string& headers = {}) const {
    return call(
        "/api/tpp/authorize?username=qwac-tpp&secret=sandbox-secret&scope=account.list"
        "&redirect_uri=http://127.0.0.1:9090/callback",
        certificate, headers);
  }
  struct grant_of_psu {
    std::string client_id, code;
  };
  /// As far as the code.
  grant_of_psu approved() const {
    const auto url = between(authorize("good").body, R"("redirectUrl":")", "\"");
    const sandbox_client::handle h{query_value(url, "clientId"), query_value(url, "x-request-id")};
    return {h.client_id, g_.approve(h)};
  }
  reply redeem(const grant_of_psu& given, const std::string& certificate) const {
    return call("/api/client/token?accessCode=" + given.code + "&clientId=" + given.client_id,
                certificate);
  }
  /// A token bound to the certificate.
  std::string token(const std::string& certificate = "good") const {
    return between(redeem(approved(), certificate).body, R"("accessToken":")", "\"");
  }
  reply read(const std::string& token, const std::string& certificate) const {
    return call("/api/tpp/accounts", certificate, bearer_line(token));
  }
  reply revoke(const std::string& token, const std::string& certificate) const {
    return call("/api/client/token/revoke?accessToken=" + token, certificate);
  }

 private:
  sandbox_gateway& g_;
};

}  // namespace multipass::testing
