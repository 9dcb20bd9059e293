#include "api/presented_certificates.hpp"

#include <cstring>
#include <utility>

#include "http/client_cert_field.hpp"

namespace multipass {
namespace {

// Of a few hundred bytes each. A bank has some hundreds of TPPs; beyond, all are read anew.
constexpr std::size_t most_kept = 1024;

// The keys are digests already.
struct first_bytes {
  std::size_t operator()(const digest& d) const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, d.bytes.data(), sizeof value);
    return value;
  }
};

}  // namespace

// Keyed by thumbprint or by the digest of the field's text. Failures are not kept: a certificate
// that is not good now may be later.
struct presented_certificates::per_loop {
  std::unordered_map<digest, shown_certificate, first_bytes> known;
  authority_handle authorities;
  std::uint64_t reloads = 0;

  shown_certificate find(const digest& key) const {
    const auto at = known.find(key);
    return at == known.end() ? nullptr : at->second;
  }
  shown_certificate keep(const digest& key, tpp_certificate c) {
    if (known.size() >= most_kept) known.clear();
    auto kept = std::make_shared<const tpp_certificate>(std::move(c));
    known.insert_or_assign(key, kept);
    return kept;
  }
};

presented_certificates::presented_certificates(std::string authorities, const server_key& key,
                                               const clock& wall, std::size_t threads)
    : path_(std::move(authorities)), key_(key), clock_(wall) {
  for (std::size_t i = 0; i < threads; ++i) loops_.push_back(std::make_unique<per_loop>());
}

presented_certificates::~presented_certificates() = default;

result<presented_certificates::authority_handle> presented_certificates::read() const {
  if (path_.empty()) return authority_handle();
  auto loaded = certificate_authorities::load(path_);
  if (!loaded) return fail(errc::bad_configuration, "tls-client-ca: " + loaded.error().message);
  return std::make_shared<const certificate_authorities>(std::move(*loaded));
}

void presented_certificates::use(authority_handle fresh) {
  const std::lock_guard lock(mutex_);
  authorities_ = std::move(fresh);
  reloads_.fetch_add(1, std::memory_order_release);  // pairs with follow_reload()
}

void presented_certificates::follow_reload(per_loop& loop) {
  if (reloads_.load(std::memory_order_acquire) == loop.reloads) return;
  const std::lock_guard lock(mutex_);
  loop.known.clear();
  loop.authorities = authorities_;
  loop.reloads = reloads_.load(std::memory_order_relaxed);
}

result<shown_certificate> presented_certificates::of(const exchange& x) {
  if (!may_be_there(x)) return shown_certificate();
  auto& loop = *loops_[x.thread];
  if (!x.from.trusted) {
    if (x.from.certificate == nullptr) return shown_certificate();
    return own(*x.from.certificate, loop);
  }
  if (x.in.client_cert_count > 1) {
    return fail(errc::invalid_input, "Client-Cert appears more than once");
  }
  if (x.in.client_cert.empty()) return shown_certificate();
  return stated(x.in.client_cert, loop);
}

// Verified in the handshake.
result<shown_certificate> presented_certificates::own(const client_certificate& c, per_loop& loop) {
  if (auto known = loop.find(c.thumbprint)) return check_time(std::move(known));
  const auto parsed = parse_x509(c.der);
  if (!parsed) return parsed.error();
  auto read = read_tpp_certificate(**parsed, c.thumbprint, key_);
  if (!read) return read.error();
  return check_time(loop.keep(c.thumbprint, std::move(*read)));
}

result<shown_certificate> presented_certificates::stated(std::string_view field, per_loop& loop) {
  follow_reload(loop);
  const auto key = sha256(field);
  if (auto known = loop.find(key)) return check_time(std::move(known));
  const auto der = read_client_cert(field);
  if (!der) return der.error();
  const auto parsed = parse_x509(*der);
  if (!parsed) return parsed.error();
  auto read = read_tpp_certificate(**parsed, sha256(*der), key_);
  if (!read) return read.error();
  if (loop.authorities) {
    const auto chain = loop.authorities->verify(**parsed, clock_.now());
    if (!chain) return chain.error();
    read->valid = *chain;
  }
  return check_time(loop.keep(key, std::move(*read)));
}

result<shown_certificate> presented_certificates::check_time(shown_certificate c) const {
  const auto now = clock_.now();
  if (now < c->valid.from) {
    return fail(errc::unauthorized, "The client certificate is not valid yet");
  }
  if (now >= c->valid.until) {
    return fail(errc::unauthorized, "The client certificate has expired");
  }
  return c;
}

}  // namespace multipass
