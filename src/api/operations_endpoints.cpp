#include "api/operations_endpoints.hpp"

#include "metrics/exposition.hpp"

namespace multipass {
namespace {

using labels = std::string;

labels endpoint_labels(const operations::named_service& s, std::size_t row) {
  const auto name = row < s.served->routes.size() ? s.served->routes.row(row).name : "none";
  return "listener=\"" + labels(s.listener) + "\",endpoint=\"" + labels(name) + "\"";
}

// Calls f(labels, row of each event loop) for every endpoint that has answered at all.
template <class F>
void for_each_used(const operations& o, F f) {
  for (const auto& s : o.services) {
    for (std::size_t row = 0; row < s.served->metrics.rows(); ++row) {
      std::vector<const http_metrics::endpoint_counts*> loops;
      bool used = false;
      for (std::size_t t = 0; t < o.threads; ++t) {
        loops.push_back(&s.served->metrics.at(t, row));
        for (const auto& n : loops.back()->by_status)
          used |= n.load(std::memory_order_relaxed) != 0;
      }
      if (used) f(endpoint_labels(s, row), loops);
    }
  }
}

void append_requests(exposition& out, const operations& o) {
  out.begin("multipass_http_requests_total", "counter", "Answers by endpoint and status.");
  for_each_used(o, [&](const labels& endpoint, const auto& loops) {
    for (std::size_t i = 0; i < counted_statuses.size(); ++i) {
      std::uint64_t sum = 0;
      for (const auto* c : loops) sum += c->by_status[i].load(std::memory_order_relaxed);
      if (sum == 0) continue;
      out.value(endpoint + ",status=\"" + std::to_string(counted_statuses[i]) + "\"", sum);
    }
  });
  out.begin("multipass_http_request_seconds", "histogram",
            "From the request read to the answer ready to be written.");
  for_each_used(o, [&](const labels& endpoint, const auto& loops) {
    std::vector<const histogram*> parts;
    for (const auto* c : loops) parts.push_back(&c->latency);
    out.values(endpoint, parts);
  });
}

void append_connections(exposition& out, const operations& o) {
  out.begin("multipass_http_connections", "gauge", "Connections open now.");
  for (const auto& s : o.services) {
    out.value("listener=\"" + labels(s.listener) + "\"",
              s.served->metrics.connections.load(std::memory_order_relaxed));
  }
  out.begin("multipass_http_accepted_total", "counter", "Connections accepted.");
  for (const auto& s : o.services) {
    out.value("listener=\"" + labels(s.listener) + "\"",
              s.served->metrics.accepted.load(std::memory_order_relaxed));
  }
  out.begin("multipass_http_accept_failures_total", "counter",
            "Failed accepts, such as out of file descriptors.");
  for (const auto& s : o.services) {
    out.value("listener=\"" + labels(s.listener) + "\"",
              s.served->metrics.accept_failures.load(std::memory_order_relaxed));
  }
  out.begin("multipass_http_refused_connections_total", "counter",
            "Connections closed at once: too many of one address, no good PROXY header.");
  for (const auto& s : o.services) {
    const auto listener = "listener=\"" + labels(s.listener) + "\",reason=";
    const auto& m = s.served->metrics;
    out.value(listener + "\"address\"", m.refused_per_address.load(std::memory_order_relaxed));
    out.value(listener + "\"proxy_header\"",
              m.refused_proxy_header.load(std::memory_order_relaxed));
  }
  out.begin("multipass_http_rate_limited_total", "counter", "Requests refused with 429, by whose.");
  out.value("kind=\"tpp\"", o.tpp_rate.refused());
  out.value("kind=\"address\"", o.address_rate.refused());
}

void append_handshakes(exposition& out, const operations& o) {
  out.begin("multipass_tls_handshakes_total", "counter", "TLS handshakes by how they ended.");
  for (const auto& s : o.services) {
    if (s.served->tls == nullptr) continue;
    const auto listener = "listener=\"" + labels(s.listener) + "\",outcome=\"";
    const auto& counts = s.served->metrics;
    out.value(listener + "completed\"", counts.tls_completed.load(std::memory_order_relaxed));
    out.value(listener + "resumed\"", counts.tls_resumed.load(std::memory_order_relaxed));
    out.value(listener + "failed\"", counts.tls_failed.load(std::memory_order_relaxed));
  }
}

void append_memory(exposition& out, const operations& o) {
  const auto sum = [&](std::atomic<std::uint64_t> auth_metrics::*counter) {
    std::uint64_t all = 0;
    for (std::size_t t = 0; t < o.threads; ++t) {
      all += (o.accounts.metrics(t).*counter).load(std::memory_order_relaxed);
    }
    return all;
  };
  out.begin(
      "multipass_token_lookups_total", "counter",
      "Tokens presented: decided from the cache, by the store, or by their check characters.");
  out.value("outcome=\"hit\"", sum(&auth_metrics::hits));
  out.value("outcome=\"miss\"", sum(&auth_metrics::misses));
  out.value("outcome=\"forged\"", sum(&auth_metrics::forged));
  out.begin("multipass_token_cache_evictions_total", "counter", "Live tokens displaced.");
  out.value({}, o.cache.evictions());
  out.begin("multipass_token_cache_capacity", "gauge", "Tokens that fit into the cache.");
  out.value({}, static_cast<std::uint64_t>(o.cache.capacity()));
  out.begin("multipass_account_answers_total", "counter",
            "Account answers by where they came from.");
  out.value("source=\"memory\"", sum(&auth_metrics::view_hits));
  out.value("source=\"account_source\"", sum(&auth_metrics::view_misses));
  out.begin("multipass_unattended_reads_refused_total", "counter",
            "Account reads without the PSU present beyond unattended-reads.");
  out.value({}, sum(&auth_metrics::unattended_refused));
}

void append_logins(exposition& out, const operations& o) {
  const auto load = [](const auto& counter) { return counter.load(std::memory_order_relaxed); };
  out.begin("multipass_logins_total", "counter", "Log-ins on the consent page by how they ended.");
  out.value("outcome=\"passed\"", load(o.logins.passed));
  out.value("outcome=\"failed\"", load(o.logins.failed));
  out.value("outcome=\"locked_out\"", load(o.logins.refused));
  out.begin("multipass_login_lockouts_total", "counter",
            "Lock-outs begun, of a PSU's name, an address, or both together.");
  out.value({}, load(o.logins.lockouts));
}

void append_webhooks(exposition& out, const operations& o) {
  const auto load = [](const auto& counter) { return counter.load(std::memory_order_relaxed); };
  out.begin("multipass_webhook_deliveries_total", "counter",
            "Attempts to deliver events by how they ended; dead: the last one of an event.");
  out.value("outcome=\"delivered\"", load(o.webhooks.delivered));
  out.value("outcome=\"failed\"", load(o.webhooks.failed));
  out.value("outcome=\"dead\"", load(o.webhooks.dead));
  out.begin("multipass_webhook_pending", "gauge",
            "Events waiting to be delivered, as of a few seconds ago.");
  out.value({}, load(o.webhooks.pending));
}

void append_store(exposition& out, const operations& o) {
  const auto& s = o.store_counts;
  const auto load = [](const auto& counter) { return counter.load(std::memory_order_relaxed); };
  out.begin("multipass_store_jobs_total", "counter", "Jobs run on store threads.");
  out.value("kind=\"read\"", load(s.reads));
  out.value("kind=\"write\"", load(s.writes));
  out.begin("multipass_store_queue", "gauge", "Jobs waiting for a store thread.");
  out.value("kind=\"read\"", load(s.waiting_reads));
  out.value("kind=\"write\"", load(s.waiting_writes));
  out.begin("multipass_store_refused_total", "counter", "Jobs refused because a queue was full.");
  out.value({}, load(s.refused));
  out.begin("multipass_store_available", "gauge", "1: the last read and write went well; else 0.");
  out.value({}, static_cast<std::uint64_t>(o.pool.healthy()));
  out.begin("multipass_store_failed_reads_total", "counter", "Reads that the store failed.");
  out.value({}, load(s.failed_reads));
  out.begin("multipass_store_failed_commits_total", "counter", "Transactions not committed.");
  out.value({}, load(s.failed_commits));
  out.begin("multipass_store_purged_rows_total", "counter",
            "Expired and ended tokens, codes and authorizations removed.");
  out.value({}, load(s.purged));
  out.begin("multipass_store_commit_seconds", "histogram",
            "Transactions, from BEGIN through fsync.");
  out.values({}, {&s.commit});
}

}  // namespace

endpoint health_endpoint() {
  return {verb::get, "/healthz", "healthz", {}, [](exchange& x) {
            x.out.json(200, R"({"status":"ok"})");
            return true;
          }};
}

endpoint_table operations_endpoints(const operations& o) {
  auto ready = [&o](exchange& x) {
    if (!o.ready.load(std::memory_order_relaxed)) {
      x.out.json(503, R"({"message":"stopping"})");
    } else if (!o.pool.healthy()) {
      x.out.json(503, R"({"message":"the store is not available"})");
    } else {
      x.out.json(200, R"({"status":"ready"})");
    }
    return true;
  };
  auto metrics = [&o](exchange& x) {
    exposition out;
    append_requests(out, o);
    append_connections(out, o);
    append_handshakes(out, o);
    append_memory(out, o);
    append_logins(out, o);
    append_webhooks(out, o);
    append_store(out, o);
    x.out.text(200, "text/plain; version=0.0.4; charset=utf-8", out.text());
    return true;
  };
  return {{verb::get, "/readyz", "readyz", {}, ready},
          {verb::get, "/metrics", "metrics", {}, metrics}};
}

}  // namespace multipass
