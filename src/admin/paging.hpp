// The parameters of a list that is read page by page. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/parameters.hpp"
#include "multipass/error.hpp"

namespace multipass {

/// Decimal digits of a number from 0; nullopt for anything else.
std::optional<std::int64_t> read_number(std::string_view text);

/// `after`, the greatest id of the page before: 0 when it is left out.
result<std::int64_t> read_after(const parameters& asked);
/// `limit`, 1 to 1000: 100 when it is left out.
result<std::size_t> read_limit(const parameters& asked);

}  // namespace multipass
