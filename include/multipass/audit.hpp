// Who did what, and when: the record that the store keeps of every act, in the same transaction as
// the act, and the check of such a record in a database file.
//
// Each record carries an HMAC over the one before it and over itself, keyed by the server's key:
// whoever can write the file but lacks that key can neither alter, insert, remove nor reorder one
// without it being found. An audit put back to what it was at some earlier time, empty at first, is
// sound by itself, be it with the whole file or alone while no server runs; only a head that was
// kept elsewhere shows what is missing.
//
// Plain values and one function; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "multipass/clock.hpp"
#include "multipass/digest.hpp"
#include "multipass/error.hpp"

namespace multipass {

/// Who acts, and when. The actor is "tpp:<username>", "psu:<username>", "admin" (whoever holds the
/// admin key), "gateway" (by itself) or "unknown".
struct origin {
  std::string actor;
  timestamp now{};
};

/// One act. Texts for people and programs that never hold a secret: names, ids, scopes, counts.
struct audit_act {
  timestamp at{};
  std::string actor;    ///< see origin
  std::string action;   ///< "consent_granted"
  std::string subject;  ///< what it was done to: "consent:7", "tpp:shop", "client:shop__1"
  std::string details;  ///< "name=value", separated by spaces
  friend bool operator==(const audit_act&, const audit_act&) = default;
};

/// An act as it was kept.
struct audit_record {
  std::int64_t id = 0;  ///< 1, 2, 3, ... without a gap
  audit_act act;
  digest hash;  ///< of this record and, through the one before it, of all before it
};

/// Names a record, and with it everything up to it: "7:<base64url>", what an export ends with.
struct audit_head {
  std::int64_t id = 0;
  digest hash;
  friend bool operator==(const audit_head&, const audit_head&) = default;
};

std::string to_string(const audit_head& head);
/// errc::invalid_input for anything that to_string could not have written.
result<audit_head> parse_audit_head(std::string_view text);

/// Checks the audit of a database file from its first record to its last, with the server's key
/// from `key_file`. A server may be running on it: nothing is written. `kept` is the head of an
/// earlier export, which must still be there. Returns the present head.
///
/// errc::conflict says which record is the first that is not as it was, and how;
/// errc::bad_configuration for a key or a database that is not the one, errc::unavailable when the
/// file cannot be read.
result<audit_head> verify_audit(const std::string& database, const std::string& key_file,
                                const std::optional<audit_head>& kept = std::nullopt);

}  // namespace multipass
