// What every reader of X.509 certificates here needs, over OpenSSL's types. Thread safety: plain
// functions; a certificate belongs to whoever holds it.
#pragma once

#include <openssl/err.h>
#include <openssl/x509.h>

#include <memory>
#include <string_view>

#include "multipass/clock.hpp"
#include "multipass/error.hpp"

namespace multipass {

struct free_x509 {
  void operator()(X509* c) const { X509_free(c); }
};
using x509 = std::unique_ptr<X509, free_x509>;

/// Good while from <= now < until.
struct validity {
  timestamp from{};
  timestamp until{};
};

/// One DER certificate and nothing behind it, 64 KiB at most; errc::invalid_input otherwise. Not
/// that anybody trusted signed it.
result<x509> parse_x509(std::string_view der);

result<validity> validity_of(const X509& certificate);

/// Takes back what OpenSSL notes in this thread's error queue meanwhile: TLS connections of the
/// same thread would take it for theirs.
class error_queue_mark {
 public:
  error_queue_mark() noexcept { ERR_set_mark(); }
  ~error_queue_mark() { ERR_pop_to_mark(); }
  error_queue_mark(const error_queue_mark&) = delete;
  error_queue_mark& operator=(const error_queue_mark&) = delete;
};

}  // namespace multipass
