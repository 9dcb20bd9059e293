#include "http/tls_context.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <new>
#include <system_error>

namespace multipass {
namespace {

constexpr auto* suites_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr auto* suites_1_3 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr auto* groups = "X25519:P-256:P-384";
constexpr long ticket_life =
    3600;  // seconds; also how long a client's certificate is not seen anew
constexpr int longest_chain = 8;
constexpr std::string_view session_context = "multipass";
constexpr std::array<unsigned char, 9> http_1_1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

struct free_bio {
  void operator()(BIO* b) const { BIO_free(b); }
};
struct free_key {
  void operator()(EVP_PKEY* k) const { EVP_PKEY_free(k); }
};
using pem_file = std::unique_ptr<BIO, free_bio>;

error bad(const tls_files& f, std::string_view key, const std::string& path,
          const std::string& why) {
  ERR_clear_error();
  return fail(errc::bad_configuration,
              std::string(f.prefix) + std::string(key) + ": " + path + ": " + why);
}

std::string first_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  return reason == nullptr ? "unknown reason" : reason;
}

/// Opened once and then looked at, so that what is judged is what is read. `mine_alone`: refused
/// when group or others may read it.
result<pem_file> open_pem(const tls_files& f, std::string_view key, const std::string& path,
                          bool mine_alone = false) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0) {
    const auto why = std::generic_category().message(errno);
    if (descriptor >= 0) ::close(descriptor);
    return bad(f, key, path, "cannot be read: " + why);
  }
  pem_file file(BIO_new_fd(descriptor, BIO_CLOSE));
  if (!S_ISREG(status.st_mode)) return bad(f, key, path, "is not a regular file");
  if (mine_alone && (status.st_mode & 077U) != 0) {
    return bad(f, key, path, "is open to group or others; chmod 600 it");
  }
  return file;
}

// A server has nobody to ask: a key with a pass phrase is refused instead.
int no_pass_phrase(char*, int, int, void*) {
  return -1;
}

// RFC 7301, section 3.2: no protocol in common is a fatal no_application_protocol alert. Clients
// that do not offer ALPN never come here.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length,
                    const unsigned char* offered, unsigned offered_length, void*) {
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, length, http_1_1.data(), http_1_1.size(), offered,
                            offered_length) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

std::string text_of(const ASN1_TIME* time) {
  const pem_file out(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(out.get(), time);
  char* text = nullptr;
  const auto length = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

std::string complaint_of(const X509* leaf) {
  const auto* from = X509_get0_notBefore(leaf);
  const auto* until = X509_get0_notAfter(leaf);
  if (X509_cmp_current_time(until) < 0) return "expired on " + text_of(until);
  if (X509_cmp_current_time(from) > 0) return "valid from " + text_of(from);
  return {};
}

}  // namespace

void tls_context::free_context::operator()(ssl_ctx_st* c) const {
  SSL_CTX_free(c);
}

// Tickets are sealed with a key that OpenSSL makes for each context: a context that is read anew
// takes no ticket of the one before, so that no session outlives a withdrawn CA.
tls_context::tls_context() : context_(SSL_CTX_new(TLS_server_method())) {
  SSL_CTX* c = context_.get();
  if (c == nullptr || SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(c, suites_1_2) != 1 || SSL_CTX_set_ciphersuites(c, suites_1_3) != 1 ||
      SSL_CTX_set1_groups_list(c, groups) != 1) {
    throw std::bad_alloc();  // the texts are constants: only memory can be wanting
  }
  SSL_CTX_set_options(c, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                             SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                             // HTTP frames its messages: an end without close_notify cuts none.
                             SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                          SSL_MODE_RELEASE_BUFFERS);
  // A read returns behind a record that carries nothing for us, such as a key update, if its buffer
  // is empty then; see also tls_connection::begin_call().
  SSL_CTX_clear_mode(c, SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_read_ahead(c, 1);
  SSL_CTX_set_max_early_data(c, 0);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);  // tickets hold all there is to resume
  SSL_CTX_set_timeout(c, ticket_life);
  SSL_CTX_set_session_id_context(c, reinterpret_cast<const unsigned char*>(session_context.data()),
                                 session_context.size());
  SSL_CTX_set_alpn_select_cb(c, choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(c, no_pass_phrase);
}

result<std::shared_ptr<const tls_context>> tls_context::read(const tls_files& files) {
  ERR_clear_error();  // reasons are the first in the queue
  const std::shared_ptr<tls_context> made(new tls_context);
  if (auto used = made->use_certificate(files); !used) return used.error();
  if (auto used = made->use_key(files); !used) return used.error();
  if (auto asked = made->ask_clients(files); !asked) return asked.error();
  return std::shared_ptr<const tls_context>(made);
}

result<void> tls_context::use_certificate(const tls_files& files) {
  const auto& path = files.certificate;
  if (const auto there = open_pem(files, "certificate", path); !there) return there.error();
  if (SSL_CTX_use_certificate_chain_file(context_.get(), path.c_str()) != 1) {
    return bad(files, "certificate", path,
               "expected a certificate chain in PEM, " + first_reason());
  }
  complaint_ = complaint_of(SSL_CTX_get0_certificate(context_.get()));
  return {};
}

result<void> tls_context::use_key(const tls_files& files) {
  const auto file = open_pem(files, "key", files.key, true);
  if (!file) return file.error();
  const std::unique_ptr<EVP_PKEY, free_key> key(
      PEM_read_bio_PrivateKey(file->get(), nullptr, no_pass_phrase, nullptr));
  if (key == nullptr) {
    return bad(files, "key", files.key,
               "expected a private key in PEM without pass phrase, " + first_reason());
  }
  if (SSL_CTX_use_PrivateKey(context_.get(), key.get()) != 1) {
    return bad(files, "key", files.key,
               "does not belong to the certificate " + files.certificate + ", " + first_reason());
  }
  return {};
}

result<void> tls_context::ask_clients(const tls_files& files) {
  if (files.client == client_certificates::off) return {};
  SSL_CTX* c = context_.get();
  const auto& path = files.client_ca;
  if (const auto there = open_pem(files, "client-ca", path); !there) return there.error();
  auto* names = SSL_load_client_CA_file(path.c_str());
  if (names == nullptr || SSL_CTX_load_verify_file(c, path.c_str()) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return bad(files, "client-ca", path, "expected CA certificates in PEM, " + first_reason());
  }
  SSL_CTX_set_client_CA_list(c, names);  // takes them
  const bool must = files.client == client_certificates::required;
  SSL_CTX_set_verify(c, SSL_VERIFY_PEER | (must ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  SSL_CTX_set_verify_depth(c, longest_chain);
  SSL_CTX_set_purpose(c, X509_PURPOSE_SSL_CLIENT);
  // Whatever stands in the bundle is trusted, also an issuing CA without its root: the lists of
  // qualified trust services name those.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(c), X509_V_FLAG_PARTIAL_CHAIN);
  return {};
}

}  // namespace multipass
