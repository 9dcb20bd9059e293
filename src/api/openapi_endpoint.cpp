#include "api/openapi_endpoint.hpp"

#include <memory>
#include <mutex>
#include <string>

#include "base/replaced.hpp"

namespace multipass {

extern const std::string_view public_openapi;  // src/api/openapi.json

namespace {

// Made at the first request: only a bound listener knows its address.
struct document {
  std::once_flag made;
  std::string text;
};

}  // namespace

endpoint openapi_endpoint(const config& settings) {
  auto answer = [&settings, kept = std::make_shared<document>()](exchange& x) {
    std::call_once(kept->made, [&] {
      kept->text = replaced(public_openapi, "http://127.0.0.1:8080", settings.public_url);
    });
    x.out.json(200, kept->text);
    return true;
  };
  return {verb::get, "/openapi.json", "openapi", {}, answer};
}

}  // namespace multipass
