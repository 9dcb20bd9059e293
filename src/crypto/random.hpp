// Random text from the system's CSPRNG (OpenSSL RAND_bytes), unbiased over [A-Za-z0-9].
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace multipass {

/// `length` characters of [A-Za-z0-9]. Any thread. Ends the process when the machine has no
/// randomness: nothing safe can be done without.
std::string random_text(std::size_t length);

/// `length` random bytes.
std::string random_bytes(std::size_t length);

/// True for a non-empty text of [A-Za-z0-9] only.
bool is_alphanumeric(std::string_view text) noexcept;

}  // namespace multipass
