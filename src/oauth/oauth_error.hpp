// How the standards surface says no: the error codes of RFC 6749, sections 4.1.2.1 and 5.2, and of
// RFC 7009. A TPP's server gets JSON; its `message` is the description again, as every other error
// of ours has one. A browser carries the error back to the TPP. Pure, but for the answer.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "http/endpoint.hpp"
#include "multipass/error.hpp"

namespace multipass {

struct oauth_error {
  std::string_view code;  ///< of the RFC
  std::string description;
  unsigned status = 400;                ///< when it is answered as JSON
  std::chrono::seconds retry_after{0};  ///< 0: say nothing
};

/// The one table that maps the library's errors to those of the RFCs.
oauth_error oauth_error_of(const error& e);

/// JSON. 401 challenges for Basic (RFC 9110, section 15.5.2).
void answer_oauth_error(answer& out, const oauth_error& e);

/// Where the browser carries it (RFC 6749, section 4.1.2.1; `iss`: RFC 9207).
std::string error_uri(std::string_view redirect_uri, const oauth_error& e, std::string_view state,
                      std::string_view issuer);

}  // namespace multipass
