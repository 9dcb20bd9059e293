#include "http/tls_connection.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <new>

#include "http/socket.hpp"

namespace multipass {

// OpenSSL's own socket BIO writes with write(2), and so with a signal when the peer is gone; and it
// would ask the kernel where the socket already knows that there is nothing.
struct tls_bytes {
  static tls_connection& of(BIO* b) { return *static_cast<tls_connection*>(BIO_get_data(b)); }

  static int read(BIO* b, char* room, std::size_t size, std::size_t* read) {
    auto& c = of(b);
    BIO_clear_retry_flags(b);
    if (c.receives_left_ == 0) {
      BIO_set_retry_read(b);
      return 0;
    }
    --c.receives_left_;
    const auto got = c.under_.receive({room, size});
    *read = got.bytes;
    if (got.how == socket::status::done) return 1;
    if (got.how == socket::status::not_now) BIO_set_retry_read(b);
    if (got.how == socket::status::ended) BIO_set_flags(b, BIO_FLAGS_IN_EOF);
    return 0;
  }

  static int write(BIO* b, const char* bytes, std::size_t size, std::size_t* written) {
    const auto put = of(b).under_.transmit({bytes, size});
    *written = put.bytes;
    BIO_clear_retry_flags(b);
    if (put.how == socket::status::done) return 1;
    if (put.how == socket::status::not_now) BIO_set_retry_write(b);
    return 0;
  }
};

namespace {

long bio_control(BIO* b, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(b, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* make_method() {
  BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "multipass socket");
  if (m == nullptr) throw std::bad_alloc();
  BIO_meth_set_read_ex(m, tls_bytes::read);
  BIO_meth_set_write_ex(m, tls_bytes::write);
  BIO_meth_set_ctrl(m, bio_control);
  return m;
}

BIO* make_bio(tls_connection& c) {
  static const BIO_METHOD* const method = make_method();
  BIO* b = BIO_new(method);
  if (b == nullptr) throw std::bad_alloc();
  BIO_set_data(b, &c);
  BIO_set_init(b, 1);
  return b;
}

// SSL_get_error() looks into the thread's queue of errors, so what others left there has to go
// before each call. Looking costs less than clearing.
void forget_errors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

}  // namespace

tls_connection::tls_connection(const tls_context& context, socket& under)
    : under_(under), ssl_(SSL_new(context.native())) {
  if (ssl_ == nullptr) throw std::bad_alloc();
  try {
    BIO* b = make_bio(*this);
    SSL_set_bio(ssl_, b, b);  // takes it
  } catch (...) {
    SSL_free(ssl_);
    throw;
  }
  SSL_set_accept_state(ssl_);
}

tls_connection::~tls_connection() {
  SSL_free(ssl_);
}

// OpenSSL reads on while records bring nothing for us, such as key updates, and its read buffer is
// not empty: without a bound it would stay inside as long as the peer goes on sending.
void tls_connection::begin_call() {
  forget_errors();
  receives_left_ = 2;  // one for the rest of a record, one for the next
}

tls_connection::outcome tls_connection::handshake() {
  begin_call();
  return outcome_of(SSL_do_handshake(ssl_), 0);
}

tls_connection::outcome tls_connection::read(std::span<char> room) {
  begin_call();
  std::size_t bytes = 0;
  const int returned = SSL_read_ex(ssl_, room.data(), room.size(), &bytes);
  return outcome_of(returned, bytes);
}

tls_connection::outcome tls_connection::write(std::span<const char> bytes) {
  begin_call();
  std::size_t written = 0;
  const int returned = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &written);
  return outcome_of(returned, written);
}

tls_connection::outcome tls_connection::outcome_of(int returned, std::size_t bytes) {
  if (returned == 1) return {status::done, bytes};
  switch (SSL_get_error(ssl_, returned)) {
    case SSL_ERROR_WANT_READ:
      return {status::wants_input};
    case SSL_ERROR_WANT_WRITE:
      return {status::wants_output};
    case SSL_ERROR_ZERO_RETURN:
      failure_ = "the peer ended the connection";
      return {status::ended};
    default:
      note_failure();
      return {status::failed};
  }
}

void tls_connection::note_failure() {
  const auto code = ERR_peek_error();
  const auto verified = SSL_get_verify_result(ssl_);
  if (ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED && verified != X509_V_OK) {
    failure_ = std::string("client certificate: ") + X509_verify_cert_error_string(verified);
  } else if (const char* reason = ERR_reason_error_string(code); reason != nullptr) {
    failure_ = reason;
  } else {
    failure_ = "the connection broke";
  }
  heard_plain_http_ =
      ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_HTTP_REQUEST;
  ERR_clear_error();
}

void tls_connection::say_goodbye() {
  if (SSL_is_init_finished(ssl_) == 0) return;
  SSL_shutdown(ssl_);
  ERR_clear_error();
}

bool tls_connection::has_pending() const {
  return SSL_has_pending(ssl_) == 1;
}

bool tls_connection::heard_nothing() const {
  return BIO_number_read(SSL_get_rbio(ssl_)) == 0;
}

bool tls_connection::resumed() const {
  return SSL_session_reused(ssl_) == 1;
}

// A resumed session brings along the certificate of the full handshake before, and how that was
// judged.
std::shared_ptr<const client_certificate> tls_connection::peer_certificate() const {
  const X509* certificate = SSL_get0_peer_certificate(ssl_);
  if (certificate == nullptr || SSL_get_verify_result(ssl_) != X509_V_OK) return nullptr;
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size <= 0) throw std::bad_alloc();
  auto known = std::make_shared<client_certificate>();
  known->der.assign(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  known->thumbprint = sha256(known->der);
  return known;
}

}  // namespace multipass
