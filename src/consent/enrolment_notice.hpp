// The pages that end an enrolment early: what happened, that nothing has changed, what to do now.
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "consent/frame.hpp"
#include "multipass/error.hpp"

namespace multipass {

enum class enrolment_notice {
  over,        ///< no such link, finished, replaced or expired, which nobody needs to know: 404
  logged_out,  ///< not logged in, or no longer: 401
  refused,     ///< the form did not come from our page: 403
  unread,      ///< 400
  limited,     ///< too many requests from this address: 429
  later,       ///< the store cannot answer now: 503
};

unsigned status_of(enrolment_notice n) noexcept;

/// The notice for a failure below the pages.
enrolment_notice enrolment_notice_of(errc code) noexcept;

/// `link` leads back to the beginning; empty: there is no way.
std::string enrolment_notice_page(const site& s, enrolment_notice n, std::string_view link = {});

}  // namespace multipass
