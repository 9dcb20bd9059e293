// The steps of "The way of one authorization" against a running sandbox, wherever it runs: as TPP,
// account holder and bank, over a connection each, so that a test says only what it is about. A
// step that is not answered as it should be throws.
#pragma once

#include <string>

#include "support/http_client.hpp"

namespace multipass::testing {

inline const std::string admin_line = "Authorization: Bearer sandbox-admin-key\r\n";
inline const std::string form_line = "Content-Type: application/x-www-form-urlencoded\r\n";
inline const std::string json_line = "Content-Type: application/json\r\n";
inline const std::string all_scopes = "account.list account.details account.balance";

std::string bearer_line(const std::string& token);

class sandbox_client {
 public:
  /// "127.0.0.1:port" of the public and the private listener.
  sandbox_client(std::string address, std::string admin_address)
      : address_(std::move(address)), admin_address_(std::move(admin_address)) {}

  const std::string& address() const { return address_; }
  const std::string& admin_address() const { return admin_address_; }

  struct handle {
    std::string client_id;
    std::string request_id;  ///< x-request-id
  };
  handle authorize(const std::string& scopes = all_scopes, const std::string& more_parameters = {});
  /// As a bank's frontend does; returns the URI that the browser goes back to. `decision` is JSON.
  std::string approve_uri(const handle& h, const std::string& decision = R"({"psu":"john"})");
  /// The accessCode of that.
  std::string approve(const handle& h, const std::string& decision = R"({"psu":"john"})");
  /// Returns the access token.
  std::string redeem(const handle& h, const std::string& code);
  /// All of the above.
  std::string token(const std::string& scopes = all_scopes,
                    const std::string& decision = R"({"psu":"john"})");

  // Single requests, whatever their answer.
  reply present_code(const std::string& code, const std::string& client_id,
                     const std::string& more_parameters = {});
  reply revoke(const std::string& token);
  reply read_accounts(const std::string& token);
  /// A POST to one of the account endpoints.
  reply call(const std::string& token, const std::string& target);
  reply admin_post(const std::string& path, const std::string& json = "{}");
  reply admin_get(const std::string& path);

  /// The id that the admin API lists for the consent of a clientId.
  std::string consent_id_of(const std::string& client_id);
  /// One figure of /metrics, by its whole name with labels; -1 when absent.
  long long metric(const std::string& name);

 protected:
  void move_to(std::string address, std::string admin_address);

 private:
  std::string address_;
  std::string admin_address_;
};

}  // namespace multipass::testing
