#include "support/tls_client.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>

namespace multipass::testing {
namespace {

std::runtime_error failed(const std::string& what) {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  std::string text = what + ": " + (reason == nullptr ? "connection closed" : reason);
  ERR_clear_error();
  return std::runtime_error(text);
}

// The connection's app data is where its client keeps the session.
int keep_session(SSL* ssl, SSL_SESSION* s) {
  *static_cast<tls_session*>(SSL_get_app_data(ssl)) = tls_session(s, SSL_SESSION_free);
  return 1;  // taken
}

std::shared_ptr<SSL_CTX> make_context(const tls_options& o) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL's own socket BIO writes with write(2)
  std::shared_ptr<SSL_CTX> c(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX_set_cipher_list(c.get(), o.suites.empty() ? "ALL:@SECLEVEL=0" : o.suites.c_str());
  if (o.version != 0) {
    SSL_CTX_set_min_proto_version(c.get(), o.version);
    SSL_CTX_set_max_proto_version(c.get(), o.version);
  }
  if (o.shown) {
    SSL_CTX_use_certificate(c.get(), o.shown->certificate());
    SSL_CTX_use_PrivateKey(c.get(), o.shown->key());
  }
  if (o.trusted) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(c.get()), o.trusted->certificate());
    SSL_CTX_set_verify(c.get(), SSL_VERIFY_PEER, nullptr);
  }
  SSL_CTX_set_session_cache_mode(c.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(c.get(), keep_session);
  return c;
}

}  // namespace

tls_client::tls_client(const std::string& address, const tls_options& o)
    : http_client(address, static_cast<int>(o.receive_buffer)) {
  ERR_clear_error();
  const auto context = make_context(o);
  ssl_ = std::shared_ptr<SSL>(SSL_new(context.get()), SSL_free);
  SSL* s = ssl_.get();
  SSL_set_app_data(s, &session_);
  if (!o.alpn.empty()) {
    std::string list = std::string(1, static_cast<char>(o.alpn.size())) + o.alpn;
    SSL_set_alpn_protos(s, reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
  }
  if (o.resumed) SSL_set_session(s, o.resumed.get());
  if (o.first_flight) send_first_flight(o);
  SSL_set_fd(s, descriptor());
  if (SSL_connect(s) != 1) throw failed("handshake");
}

// OpenSSL resumes no session whose connection was not shut down, so it is told that this one was.
tls_client::~tls_client() {
  SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

// With memory in place of the socket OpenSSL makes the ClientHello and then waits for an answer.
void tls_client::send_first_flight(const tls_options& o) {
  BIO* made = BIO_new(BIO_s_mem());
  BIO_up_ref(made);  // held here until it was read
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), made);
  SSL_connect(ssl_.get());
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(made, &bytes);
  const std::string hello(bytes, static_cast<std::size_t>(size));
  BIO_free(made);
  o.first_flight(hello, [this](std::string_view part) {
    while (!part.empty()) {
      const auto n = http_client::send_some(part.data(), part.size());
      if (n <= 0) return;  // the handshake will tell
      part.remove_prefix(static_cast<std::size_t>(n));
    }
  });
}

ssize_t tls_client::send_some(const char* bytes, std::size_t size) {
  ERR_clear_error();
  return SSL_write(ssl_.get(), bytes, static_cast<int>(size));
}

// An end is an end, with or without close_notify; was_told_goodbye() tells which. An alert is an
// error with its name.
ssize_t tls_client::receive_some(char* room, std::size_t size) {
  ERR_clear_error();
  errno = 0;
  const int n = SSL_read(ssl_.get(), room, static_cast<int>(size));
  if (n > 0) return n;
  const int error = SSL_get_error(ssl_.get(), n);
  if (error == SSL_ERROR_WANT_READ) {  // the descriptor's time-out
    errno = EAGAIN;
    return -1;
  }
  if (error == SSL_ERROR_SSL &&
      ERR_GET_REASON(ERR_peek_error()) != SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    throw failed("read");
  }
  return error == SSL_ERROR_SYSCALL && errno != 0 ? -1 : 0;
}

void tls_client::finish_sending() {
  SSL_shutdown(ssl_.get());
}

bool tls_client::was_told_goodbye() const {
  return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

void tls_client::update_keys() {
  SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED);
  SSL_do_handshake(ssl_.get());
}

bool tls_client::was_resumed() const {
  return SSL_session_reused(ssl_.get()) == 1;
}

int tls_client::version() const {
  return SSL_version(ssl_.get());
}

std::string tls_client::suite() const {
  return SSL_get_cipher_name(ssl_.get());
}

std::string tls_client::protocol() const {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &length);
  return {reinterpret_cast<const char*>(name), length};
}

std::string tls_client::server_certificate() const {
  unsigned char* der = nullptr;
  const int size = i2d_X509(SSL_get0_peer_certificate(ssl_.get()), &der);
  const std::string text(reinterpret_cast<const char*>(der),
                         size > 0 ? static_cast<std::size_t>(size) : 0);
  OPENSSL_free(der);
  return text;
}

}  // namespace multipass::testing
