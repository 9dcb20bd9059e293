// One consent as our pages tell of it. Pure.
#pragma once

#include <string>

#include "consent/consents_pages.hpp"

namespace multipass {

/// The <dl> of what may be seen of which accounts, since when, until when, last used when; of one
/// that has ended, when and why.
std::string facts_of(const site& s, const consent_entry& e);

}  // namespace multipass
