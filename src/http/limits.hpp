// What one listener allows a peer (config.hpp, "HTTP limits" and "HTTP time-outs").
#pragma once

#include <chrono>
#include <cstddef>

namespace multipass {

struct http_limits {
  std::size_t header = 8192;        // bytes, request line included
  std::size_t request_line = 4096;  // bytes
  std::size_t header_fields = 100;
  std::size_t body = 65'536;       // bytes, decoded
  std::size_t chunk_header = 256;  // bytes of a chunk-size line, extensions included
  std::size_t json_depth = 16;     // of a JSON body, up to 255
  std::chrono::milliseconds header_timeout{10'000};   // from a request's first byte
  std::chrono::milliseconds body_timeout{10'000};     // from the header's end
  std::chrono::milliseconds idle_timeout{75'000};     // between requests
  std::chrono::milliseconds write_timeout{10'000};    // without any progress
  std::chrono::milliseconds handler_timeout{10'000};  // for an answer that is not in memory
  std::chrono::milliseconds tls_handshake_timeout{5'000};
};

}  // namespace multipass
