// A browser for the consent page without sockets: a store in memory with one TPP, one PSU and two
// accounts, the endpoints, and a visitor that keeps cookies and fills in forms.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "auth/consent_decisions.hpp"
#include "base/worker_pool.hpp"
#include "consent/consent_endpoints.hpp"
#include "crypto/totp.hpp"
#include "store/store_pool.hpp"
#include "support/memory_store.hpp"

namespace multipass::testing {

struct hand_clock final : clock {
  timestamp now() const noexcept override { return at; }
  timestamp at{std::chrono::seconds{1'800'000'000}};
};

struct page {
  unsigned status = 0;
  std::string headers;
  std::string body;

  bool says(std::string_view text) const { return body.find(text) != std::string::npos; }
  std::string header(std::string_view name) const;
  /// The value of a hidden field.
  std::string hidden(std::string_view name) const;
};

class consent_visitor {
 public:
  static constexpr std::string_view password = "correct horse";
  static constexpr std::string_view totp_secret = "12345678901234567890";

  consent_visitor();

  /// A new request for consent; its x-request-id.
  std::string ask(scope_set scopes = scope_set::all());
  std::string code() const;

  page get(std::string_view path, const std::string& handle);
  page post(std::string_view path, const std::string& handle, const std::string& more);

  /// From the log-in page to the answer to its form.
  page log_in(const std::string& handle, const std::string& username, const std::string& secret,
              const std::string& factor);
  /// Logged in, the review page open.
  page review(const std::string& handle);
  page decide(const std::string& handle, const page& review, const std::string& choice);

  std::vector<consent> consents();
  std::string log_lines();
  store_pool& pool() { return *pool_; }

  hand_clock wall;
  std::chrono::steady_clock::time_point monotonic;
  peer from;
  login_metrics logins;
  config settings;
  std::string origin = "https://bank.example";
  std::map<std::string, std::string> cookies;
  std::map<std::string, std::string> client_of;  ///< what goes as clientId with a handle

 private:
  page send(request in);
  void keep_cookies(const std::string& headers);
  void provide();

  asio::io_context loop_;
  memory_store store_;
  change_clock changes_;
  store_metrics metrics_;
  std::unique_ptr<store_pool> pool_;
  worker_pool workers_{1, 100};
  server_key key_{std::string(32, 'k')};
  std::mutex guard_;
  std::string lines_;
  logger log_;
  theme look_;
  std::unique_ptr<consent_decisions> decisions_;
  endpoint_table endpoints_;
};

}  // namespace multipass::testing
