#include "support/test_pki.hpp"

#include <openssl/pem.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
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

identity test_pki::held(const std::string& name) const {
  const auto read = [](const std::string& path, auto how) {
    const std::unique_ptr<BIO, int (*)(BIO*)> in(BIO_new_file(path.c_str(), "r"), BIO_free);
    auto* found = in == nullptr ? nullptr : how(in.get(), nullptr, nullptr, nullptr);
    if (found == nullptr) throw std::runtime_error("cannot read " + path);
    return found;
  };
  auto* certificate = read(file(name), PEM_read_bio_X509);
  return {certificate, read(key_file(name), PEM_read_bio_PrivateKey)};
}

std::string test_pki::header(const std::string& name) const {
  if (name.empty()) return {};
  return "Client-Cert: :" + base64_of(pem(name)) + ":\r\n";
}

std::string test_pki::escaped_header(const std::string& name) const {
  return "client-cert: " + percent_encode(pem(name)) + "\r\n";
}

}  // namespace multipass::testing
