#include "gateway_tls.hpp"

namespace multipass {

result<void> gateway_tls::read() {
  const std::lock_guard one_at_a_time(reading_);
  const config& c = settings_;
  auto of_public = read_one({"tls-", c.tls_certificate, c.tls_key, c.tls_client, c.tls_client_ca});
  if (!of_public) return of_public.error();
  auto of_private = read_one({"admin-tls-", c.admin_tls_certificate, c.admin_tls_key,
                              c.admin_tls_client, c.admin_tls_client_ca});
  if (!of_private) return of_private.error();
  public_.replace(std::move(*of_public));
  private_.replace(std::move(*of_private));
  return {};
}

// A certificate out of date is no reason to stay down, or to keep an older one: whoever watches the
// log may still have time, and on a test machine the clock may be at fault.
result<gateway_tls::context> gateway_tls::read_one(const tls_files& files) const {
  if (files.certificate.empty()) return context();
  auto made = tls_context::read(files);
  if (made && !(*made)->complaint().empty()) {
    log_.write(log_level::warning, "tls_certificate_not_valid",
               {{"file", files.certificate}, {"reason", (*made)->complaint()}});
  }
  return made;
}

const tls_slot* gateway_tls::of_public() const {
  return settings_.tls_certificate.empty() ? nullptr : &public_;
}

const tls_slot* gateway_tls::of_private() const {
  return settings_.admin_tls_certificate.empty() ? nullptr : &private_;
}

}  // namespace multipass
