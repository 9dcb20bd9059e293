// The chain of the audit as pure functions of a key: the hash of a record, from the one before it,
// and the seal of the head, which says how far the chain goes. Nothing is read or written here.
//
// What is hashed is one unambiguous sequence of bytes: numbers with 8 bytes, highest first, and
// each text behind its length. Never change it: what was recorded could not be checked any more.
//
// Immutable after construction, so any thread may use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/hmac.hpp"
#include "multipass/audit.hpp"

namespace multipass {

class audit_chain {
 public:
  explicit audit_chain(const digest& key) noexcept;

  /// The record that follows `last`. Nothing yet is {0, zeros}.
  audit_head after(const audit_head& last, const audit_act& act) const;

  /// The head as it is kept beside the records: without the key nobody makes one for a chain that
  /// was cut short.
  std::string seal(const audit_head& head) const;
  /// nullopt for what this key has not sealed.
  std::optional<audit_head> open(std::string_view sealed) const;

 private:
  digest seal_of(const audit_head& head) const;

  hmac_key record_key_, head_key_;
};

/// The setting that holds the sealed head.
inline constexpr std::string_view audit_head_setting = "audit-head";

}  // namespace multipass
