#include "auth/tpp_certificate.hpp"

#include <utility>

#include "crypto/qwac.hpp"

namespace multipass {

result<tpp_certificate> read_tpp_certificate(X509& certificate, const digest& thumbprint,
                                             const server_key& key) {
  tpp_certificate t;
  t.thumbprint = thumbprint;
  t.mask = key.mask_of(thumbprint);
  if (auto psd2 = read_qwac(certificate)) {
    t.organization = std::move(psd2->organization);
    t.account_information = psd2->has(psp_role::account_information);
    t.valid = psd2->valid;
    return t;
  } else {
    t.shortcoming = psd2.error().message;
  }
  const auto valid = validity_of(certificate);
  if (!valid) return valid.error();
  t.valid = *valid;
  return t;
}

result<void> check_holder(std::string_view organization, const tpp_certificate* shown) {
  if (organization.empty()) return {};
  const std::string wanted(organization);
  if (shown == nullptr) {
    return fail(errc::unauthorized,
                "This TPP must present its client certificate, which bears " + wanted);
  }
  if (shown->organization.empty()) return fail(errc::unauthorized, shown->shortcoming);
  if (shown->organization != organization) {
    return fail(errc::unauthorized, "The client certificate does not bear " + wanted);
  }
  return {};
}

result<void> check_account_access(std::string_view organization, const tpp_certificate* shown) {
  if (auto holder = check_holder(organization, shown); !holder) return holder;
  if (!organization.empty() && !shown->account_information) {
    return fail(errc::forbidden, "The client certificate does not have the role PSP_AI");
  }
  return {};
}

}  // namespace multipass
