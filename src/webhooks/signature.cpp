#include "webhooks/signature.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"

namespace multipass {

std::string webhook_secret_text(std::string_view secret) {
  return "whsec_" + base64(secret);
}

std::string webhook_seal_context(std::string_view tpp_username) {
  return "webhook:" + std::string(tpp_username);
}

std::string webhook_signature(std::string_view id, timestamp sent, std::string_view payload,
                              std::string_view secret, std::string_view former) {
  std::string content(id);
  content.append(1, '.').append(std::to_string(sent.time_since_epoch().count()));
  content.append(1, '.').append(payload);
  const auto signed_with = [&](std::string_view key) {
    return "v1," + base64(bytes_of(hmac(key, content)));
  };
  std::string all = signed_with(secret);
  if (!former.empty()) all += " " + signed_with(former);
  return all;
}

}  // namespace multipass
