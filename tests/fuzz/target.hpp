// What is fuzzed: each target is one function of bytes, in a file of its own, that ends the process
// when something does not hold. The same functions run under libFuzzer (tools/fuzz) and over their
// corpus as ordinary tests (replay.cpp). Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace multipass::fuzz {

using target = void (*)(std::string_view bytes);

void fuzz_request(std::string_view bytes);
void fuzz_parameters(std::string_view bytes);
void fuzz_bearer(std::string_view bytes);
void fuzz_json(std::string_view bytes);
void fuzz_networks(std::string_view bytes);
void fuzz_import_file(std::string_view bytes);
void fuzz_proxy_header(std::string_view bytes);
void fuzz_forwarded(std::string_view bytes);
void fuzz_client_cert(std::string_view bytes);
void fuzz_certificate(std::string_view bytes);

/// Ends the process, naming what did not hold.
void require(bool holds, const char* what);

/// Takes the first byte off, as a choice; 0 when there is none.
inline unsigned take_choice(std::string_view& bytes) {
  if (bytes.empty()) return 0;
  const auto choice = static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  return choice;
}

}  // namespace multipass::fuzz
