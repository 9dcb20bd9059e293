// The list of a PSU's consents and the question before one is withdrawn: values in, HTML out. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "consent/frame.hpp"
#include "multipass/account.hpp"
#include "multipass/clock.hpp"
#include "multipass/records.hpp"
#include "multipass/scope.hpp"

namespace multipass {

struct consent_entry {
  consent given;
  bool live = false;
  timestamp end{};                ///< when it ended, or will
  std::vector<account> accounts;  ///< those of `given` that have a name now, ascending by id
};

struct consents_view {
  std::string csrf;
  std::string psu_name;
  std::vector<consent_entry> entries;  ///< live ones first
  std::size_t page = 1;
  std::size_t pages = 1;
  /// What the PSU just tried to withdraw; says so, if it has ended.
  std::optional<consent> asked_to_end{};
};

std::string consents_page(const site& s, const consents_view& v);

struct withdrawal_view {
  std::string csrf;
  std::string psu_name;
  consent_entry entry;
};

std::string withdrawal_page(const site& s, const withdrawal_view& v);

}  // namespace multipass
