#include "consent/qr_svg.hpp"

#include "consent/html.hpp"

namespace multipass {
namespace {

// One subpath for each run of dark modules in a row.
std::string path_of(const qr_code& code) {
  std::string path;
  for (std::size_t y = 0; y < code.size(); ++y) {
    for (std::size_t x = 0; x < code.size();) {
      const std::size_t start = x;
      while (code.is_dark(x, y)) ++x;
      if (x == start) {
        ++x;
        continue;
      }
      const std::string length = std::to_string(x - start);
      path += 'M' + std::to_string(start + qr_code::quiet_zone) + ' ' +
              std::to_string(y + qr_code::quiet_zone) + 'h' + length + "v1h-" + length + 'z';
    }
  }
  return path;
}

}  // namespace

std::string qr_svg(const qr_code& code, std::string_view label) {
  const std::string side = std::to_string(code.size() + 2 * qr_code::quiet_zone);
  return "<svg class=\"qr\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + side + ' ' +
         side + "\" width=\"256\" height=\"256\" role=\"img\" aria-label=\"" + escape(label) +
         "\" shape-rendering=\"crispEdges\"><rect width=\"" + side + "\" height=\"" + side +
         "\" fill=\"#fff\"/><path fill=\"#000\" d=\"" + path_of(code) + "\"/></svg>\n";
}

}  // namespace multipass
