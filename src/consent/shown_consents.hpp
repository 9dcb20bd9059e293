// Which of a PSU's consents the list shows, and in which order. Pure.
#pragma once

#include <vector>

#include "multipass/clock.hpp"
#include "multipass/records.hpp"

namespace multipass {

/// Whether the TPP can use it now, as far as the consent itself goes.
bool is_live(const consent& c, timestamp now);

/// When it ended, or will.
timestamp end_of(const consent& c);

/// Live ones first, the newest on top; then those that ended in the last 90 days, the latest on
/// top. Older ones are left out: they are in the bank's records.
std::vector<consent> shown_consents(std::vector<consent> all, timestamp now);

}  // namespace multipass
