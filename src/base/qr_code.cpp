#include "base/qr_code.hpp"

#include <qrencode.h>

#include <cerrno>
#include <memory>
#include <new>

namespace multipass {

result<qr_code> qr_code::of(std::string_view text) {
  constexpr int as_small_as_fits = 0;
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> made(
      QRcode_encodeData(static_cast<int>(text.size()),
                        reinterpret_cast<const unsigned char*>(text.data()), as_small_as_fits,
                        QR_ECLEVEL_M),
      &QRcode_free);
  if (!made && errno == ENOMEM) throw std::bad_alloc();
  if (!made) return fail(errc::invalid_input, "The text does not fit into a QR code");
  qr_code code(static_cast<std::size_t>(made->width));
  for (std::size_t i = 0; i < code.dark_.size(); ++i) code.dark_[i] = (made->data[i] & 1U) != 0;
  return code;
}

}  // namespace multipass
