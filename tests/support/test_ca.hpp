// Certificates made for one test: a CA, and what it signs, all with P-256 keys.
#pragma once

#include <memory>
#include <string>

struct evp_pkey_st;
struct x509_st;

namespace multipass::testing {

/// A certificate and its key, in memory.
class identity {
 public:
  identity(x509_st* certificate, evp_pkey_st* key);
  std::string certificate_pem() const;
  /// Encrypted, if there is a pass phrase.
  std::string key_pem(const std::string& pass_phrase = {}) const;
  std::string der() const;
  x509_st* certificate() const { return certificate_.get(); }
  evp_pkey_st* key() const { return key_.get(); }

  /// Write PEM into `path`; the key with mode 0600.
  void write_certificate(const std::string& path) const;
  void write_key(const std::string& path) const;

 private:
  std::shared_ptr<x509_st> certificate_;
  std::shared_ptr<evp_pkey_st> key_;
};

class test_ca {
 public:
  explicit test_ca(const std::string& name);

  enum class use { server, client };
  /// A server's certificate is for 127.0.0.1 and localhost. Valid from an hour ago for `days`;
  /// below zero: it has expired.
  identity issue(const std::string& name, use u, int days = 30) const;
  /// A CA below this one.
  test_ca issue_ca(const std::string& name) const;

  const identity& own() const { return own_; }

 private:
  explicit test_ca(identity own) : own_(std::move(own)) {}
  identity own_;
};

void write_file(const std::string& path, const std::string& text, unsigned mode = 0644);

}  // namespace multipass::testing
