#include "gateway_limits.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "base/descriptor_limit.hpp"

namespace multipass {
namespace {

constexpr std::size_t for_name_servers = 16;  // two for each thread that asks one

// Descriptors that are no connection: each loop's epoll sets, event and timer; each store session's
// database, log and index with room for a second set; standard streams, listeners, key files, and
// what an embedder has open.
std::size_t other_descriptors(const config& c) {
  return 64 + most_webhook_deliveries() + for_name_servers + most_private_connections +
         6 * c.threads + 6 * (c.store_readers + std::size_t{1});
}

constexpr std::chrono::minutes longest_import{10};

}  // namespace

http_limits public_limits(const config& c) {
  return {.header = c.max_header,
          .request_line = c.max_request_line,
          .header_fields = c.max_header_fields,
          .body = c.max_body,
          .chunk_header = c.max_chunk_header,
          .json_depth = c.max_json_depth,
          .header_timeout = c.header_timeout,
          .body_timeout = c.body_timeout,
          .idle_timeout = c.idle_timeout,
          .write_timeout = c.write_timeout,
          .handler_timeout = c.handler_timeout,
          .tls_handshake_timeout = c.tls_handshake_timeout};
}

http_limits private_limits(const config& c) {
  auto limits = public_limits(c);
  limits.body = c.max_admin_body;
  limits.handler_timeout = std::max<std::chrono::milliseconds>(c.handler_timeout, longest_import);
  return limits;
}

std::size_t most_webhook_deliveries() {
  return std::clamp<std::size_t>(descriptor_limit() / 16, 8, 256);
}

result<void> fit_connections(config& c, const logger& log) {
  const auto limit = descriptor_limit();
  const auto others = other_descriptors(c);
  const auto fit = connections_that_fit(c.max_connections, limit, others);
  if (fit == 0) {
    return fail(errc::bad_configuration,
                "max-connections: expected a limit of open files (ulimit -n) above " +
                    std::to_string(others) + ", not " + std::to_string(limit));
  }
  if (fit < c.max_connections) {
    log.write(log_level::warning, "max_connections_lowered",
              {{"max_connections", std::to_string(fit)},
               {"configured", std::to_string(c.max_connections)},
               {"reason", "the limit of open files (ulimit -n) is " + std::to_string(limit)}});
  }
  c.max_connections = fit;
  return {};
}

}  // namespace multipass
