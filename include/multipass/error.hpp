// The library's one way to fail: `result<T>` holds a value or an `error`.
// Nothing here prints, exits or throws past a public function.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <concepts>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace multipass {

/// What kind of failure; api/problem.cpp is the one table that maps it to an HTTP status.
enum class errc {
  invalid_input,      ///< the caller sent something malformed or not allowed here
  unauthorized,       ///< who is calling could not be established
  forbidden,          ///< the caller is known and may not do this
  not_found,          ///< no such thing, or not the caller's to see
  conflict,           ///< it exists already, or was decided already
  too_large,          ///< over a configured limit
  unsupported_media,  ///< a body of a media type that is not read here
  too_many,           ///< more requests than the caller may make; error::retry_after says when
  overloaded,         ///< the bounded queue in front of the store is full; try again
  unavailable,        ///< the store cannot be read or written now; nothing was changed
  upstream,           ///< the bank's own account source failed
  bad_configuration,  ///< a configuration key or a file it names; the message names it
};

/// A failure. `message` is one line for a person, never holds a secret, and may be sent to the
/// peer.
struct error {
  errc code;
  std::string message;
  std::chrono::seconds retry_after{0};  ///< for errc::too_many
};

[[noreturn]] inline void throw_exception_from_error(const error& e, const boost::source_location&) {
  throw std::runtime_error(e.message);  // only result::value() on a failure comes here
}

/// A yes or no inside a result. Not bool: a boost::system::result<bool> copied from a const rvalue
/// or a non-const lvalue asks itself "have you a value?" and becomes true, whatever it held. What
/// tells whether a token was revoked must not do that, so result<bool> does not compile.
class flag {
 public:
  constexpr flag(std::same_as<bool> auto value) : value_(value) {}
  constexpr operator bool() const { return value_; }

 private:
  bool value_;
};

template <class T = void>
requires(!std::is_same_v<T, bool>) using result = boost::system::result<T, error>;

/// Shorthand for the failing return: `return fail(errc::not_found, "Entity not found");`
inline error fail(errc code, std::string message) {
  return {code, std::move(message), {}};
}

}  // namespace multipass
