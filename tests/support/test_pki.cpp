#include "support/test_pki.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "crypto/encoding.hpp"
#include "support/http_client.hpp"

namespace multipass::testing {
namespace {

std::string base64_of(const std::string& pem) {
  auto text = between(pem, "-----BEGIN CERTIFICATE-----\n", "-----END");
  std::erase(text, '\n');
  return text;
}

}  // namespace

const test_pki& test_pki::get() {
  static const test_pki made;
  return made;
}

test_pki::test_pki() {
  const auto command =
      std::string(MULTIPASS_SOURCE_DIR "/tools/make-test-pki ") + folder_.path().string();
  if (std::system(command.c_str()) != 0) throw std::runtime_error(command + " failed");
}

std::string test_pki::pem(const std::string& name) const {
  std::ifstream in(file(name));
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.empty()) throw std::runtime_error("no certificate " + name);
  return text;
}

std::string test_pki::der(const std::string& name) const {
  return from_base64(base64_of(pem(name))).value();
}

std::string test_pki::header(const std::string& name) const {
  if (name.empty()) return {};
  return "Client-Cert: :" + base64_of(pem(name)) + ":\r\n";
}

std::string test_pki::escaped_header(const std::string& name) const {
  return "client-cert: " + percent_encode(pem(name)) + "\r\n";
}

}  // namespace multipass::testing
