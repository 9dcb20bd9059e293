// How a refused token is answered: 401 or 403 with WWW-Authenticate (RFC 6750, section 3).
#pragma once

#include "http/answer.hpp"
#include "multipass/authorizer.hpp"

namespace multipass {

/// `why` is anything but granted.
void answer_refusal(answer& out, verdict why, scope needed);

}  // namespace multipass
