// The pages that end the way: what happened, that nothing was shared, what to do now. Pure.
#pragma once

#include <string>
#include <utility>

#include "consent/frame.hpp"
#include "multipass/error.hpp"

namespace multipass {

enum class notice {
  unknown,          ///< no such request, or a clientId that is not its own: 404
  expired,          ///< 410
  decided,          ///< approved or denied before: 409
  session_expired,  ///< not logged in, or no longer: 401
  tpp_unknown,      ///< the TPP is not registered or is blocked: 403
  forged,           ///< the form did not come from our page: 403
  malformed,        ///< 400
  wrong_media,      ///< a body that is no form: 415
  limited,          ///< too many requests from this address: 429
  busy,             ///< the store cannot answer now: 503
  // Of the list of consents; all lead back to it.
  consent_unknown,  ///< there is none, or it is another PSU's: 404
  login_ended,      ///< not logged in, or no longer: 401
  not_accepted,     ///< the form did not come from our page: 403
  not_read,         ///< 400
  not_now,          ///< the store cannot answer now: 503
};

unsigned status_of(notice n) noexcept;

/// The notice for a failure below the pages. A conflict reads as decided.
notice notice_of(errc code) noexcept;

/// A notice and where it leads on: session_expired to the log-in, expired back to the TPP. The
/// others do not use `link`; those of the list of consents have their own. `detail` is a line for
/// who made the service that the person came from.
struct ending {
  ending() = default;  // boost::system::result asks for it
  ending(notice n, std::string to = {}, std::string tpp = {})
      : what(n), link(std::move(to)), tpp_name(std::move(tpp)) {}

  notice what = notice::busy;
  std::string link;      ///< empty: the page has none
  std::string tpp_name;  ///< the label of expired's link
  std::string detail;    ///< empty: none
};

std::string notice_page(const site& s, const ending& end);

}  // namespace multipass
