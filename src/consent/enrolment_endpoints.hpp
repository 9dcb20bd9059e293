// The pages by which PSUs take a new second factor, as HTML on the public listener.
#pragma once

#include <memory>

#include "consent/consent_endpoints.hpp"
#include "consent/login_gate.hpp"

namespace multipass {

/// `gate` is the one of all pages, so that failures at one count at all.
endpoint_table enrolment_endpoints(const consent_parts& parts, std::shared_ptr<login_gate> gate);

}  // namespace multipass
