// How a refused token is answered: 401 or 403 with WWW-Authenticate (RFC 6750, section 3).
#pragma once

#include "http/answer.hpp"
#include "multipass/authorizer.hpp"
#include "multipass/error.hpp"

namespace multipass {

/// Of a certificate that cannot be good for any TPP.
void answer_certificate_refusal(answer& out, const error& why);

/// `why` is anything but granted.
void answer_refusal(answer& out, verdict why, scope needed);

}  // namespace multipass
