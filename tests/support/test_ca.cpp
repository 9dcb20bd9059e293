#include "support/test_ca.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace multipass::testing {
namespace {

using extension = std::pair<int, const char*>;  // NID, value as in openssl.cnf

template <class F>
std::string text_from(F write) {
  const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free);
  write(out.get());
  char* text = nullptr;
  const auto length = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

void set_name(X509* x, const std::string& name) {
  X509_NAME* subject = X509_get_subject_name(x);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.data()),
                             static_cast<int>(name.size()), -1, 0);
}

void set_serial(X509* x) {
  std::uint32_t number = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), number);
}

// Signed by `issuer`, or by itself without one.
identity make(const std::string& name, const identity* issuer, int days,
              const std::vector<extension>& extensions) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* x = X509_new();
  if (key == nullptr || x == nullptr) throw std::runtime_error("cannot make a certificate");
  X509* by = issuer == nullptr ? x : issuer->certificate();
  X509_set_version(x, X509_VERSION_3);
  set_serial(x);
  set_name(x, name);
  X509_set_issuer_name(x, X509_get_subject_name(by));
  constexpr long hour = 3600;
  X509_gmtime_adj(X509_getm_notBefore(x), days < 0 ? (days - 1) * 24 * hour : -hour);
  X509_gmtime_adj(X509_getm_notAfter(x), days * 24 * hour);
  X509_set_pubkey(x, key);
  X509V3_CTX context;
  X509V3_set_ctx(&context, by, x, nullptr, nullptr, 0);
  for (const auto& [nid, value] : extensions) {
    X509_EXTENSION* e = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    X509_add_ext(x, e, -1);
    X509_EXTENSION_free(e);
  }
  if (X509_sign(x, issuer == nullptr ? key : issuer->key(), EVP_sha256()) == 0) {
    throw std::runtime_error("cannot sign a certificate");
  }
  return {x, key};
}

const std::vector<extension> of_a_ca{{NID_basic_constraints, "critical,CA:TRUE"},
                                     {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                     {NID_subject_key_identifier, "hash"}};
const std::vector<extension> of_a_server{{NID_basic_constraints, "critical,CA:FALSE"},
                                         {NID_key_usage, "critical,digitalSignature"},
                                         {NID_ext_key_usage, "serverAuth"},
                                         {NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1"}};
const std::vector<extension> of_a_client{{NID_basic_constraints, "critical,CA:FALSE"},
                                         {NID_key_usage, "critical,digitalSignature"},
                                         {NID_ext_key_usage, "clientAuth"}};

}  // namespace

identity::identity(x509_st* certificate, evp_pkey_st* key)
    : certificate_(certificate, X509_free), key_(key, EVP_PKEY_free) {}

std::string identity::certificate_pem() const {
  return text_from([this](BIO* out) { PEM_write_bio_X509(out, certificate()); });
}

std::string identity::key_pem(const std::string& pass_phrase) const {
  const auto* cipher = pass_phrase.empty() ? nullptr : EVP_aes_128_cbc();
  return text_from([&](BIO* out) {
    PEM_write_bio_PrivateKey(out, key(), cipher,
                             reinterpret_cast<const unsigned char*>(pass_phrase.data()),
                             static_cast<int>(pass_phrase.size()), nullptr, nullptr);
  });
}

std::string identity::der() const {
  return text_from([this](BIO* out) { i2d_X509_bio(out, certificate()); });
}

void identity::write_certificate(const std::string& path) const {
  write_file(path, certificate_pem());
}

void identity::write_key(const std::string& path) const {
  write_file(path, key_pem(), 0600);
}

test_ca::test_ca(const std::string& name) : own_(make(name, nullptr, 365, of_a_ca)) {}

identity test_ca::issue(const std::string& name, use u, int days) const {
  return make(name, &own_, days, u == use::server ? of_a_server : of_a_client);
}

test_ca test_ca::issue_ca(const std::string& name) const {
  return test_ca(make(name, &own_, 365, of_a_ca));
}

void write_file(const std::string& path, const std::string& text, unsigned mode) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  if (::chmod(path.c_str(), mode) != 0) throw std::runtime_error("cannot write " + path);
}

}  // namespace multipass::testing
