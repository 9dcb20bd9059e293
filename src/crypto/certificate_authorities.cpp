#include "crypto/certificate_authorities.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace multipass {
namespace {

// 112 bits: RSA from 2048, elliptic curves from 224 bits, no SHA-1. What Debian's OpenSSL asks of
// TLS peers too.
constexpr int security_level = 2;

struct free_context {
  void operator()(X509_STORE_CTX* c) const { X509_STORE_CTX_free(c); }
};
using context = std::unique_ptr<X509_STORE_CTX, free_context>;

result<validity> validity_of_chain(X509_STORE_CTX& verified) {
  validity whole{timestamp::min(), timestamp::max()};
  const auto* const chain = X509_STORE_CTX_get0_chain(&verified);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    const auto one = validity_of(*sk_X509_value(chain, i));
    if (!one) return one.error();
    whole = {std::max(whole.from, one->from), std::min(whole.until, one->until)};
  }
  return whole;
}

}  // namespace

result<certificate_authorities> certificate_authorities::load(const std::string& path) {
  const error_queue_mark queue;
  store_handle anchors(X509_STORE_new());
  if (!anchors) throw std::bad_alloc();
  if (X509_STORE_load_file(anchors.get(), path.c_str()) != 1) {
    return fail(errc::bad_configuration, path + " cannot be read as a bundle of PEM certificates");
  }
  return certificate_authorities(std::move(anchors));
}

result<validity> certificate_authorities::verify(X509& certificate, timestamp now) const {
  const error_queue_mark queue;
  const context c(X509_STORE_CTX_new());
  if (!c || X509_STORE_CTX_init(c.get(), anchors_.get(), &certificate, nullptr) != 1) {
    throw std::bad_alloc();
  }
  X509_VERIFY_PARAM* const how = X509_STORE_CTX_get0_param(c.get());
  X509_VERIFY_PARAM_set_purpose(how, X509_PURPOSE_SSL_CLIENT);
  X509_VERIFY_PARAM_set_time(how, now.time_since_epoch().count());
  X509_VERIFY_PARAM_set_auth_level(how, security_level);
  X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_PARTIAL_CHAIN);
  if (X509_verify_cert(c.get()) == 1) return validity_of_chain(*c);
  const auto* const why = X509_verify_cert_error_string(X509_STORE_CTX_get_error(c.get()));
  return fail(errc::unauthorized, std::string("The client certificate is refused: ") + why);
}

}  // namespace multipass
