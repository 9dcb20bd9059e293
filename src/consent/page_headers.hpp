// The header lines of the consent page, and which pages may post its forms. Pure.
#pragma once

#include <string>
#include <string_view>

#include "http/request.hpp"
#include "multipass/config.hpp"

namespace multipass {

/// "https://tpp.example:8443" of an absolute URI, in lower case, without the scheme's own port;
/// empty when `uri` has no authority.
std::string origin_of(std::string_view uri);

/// "tpp.example:8443": what the PSU is told about where a redirect_uri leads.
std::string host_of(std::string_view uri);

/// Header lines of a page without a form.
std::string page_headers();

/// Header lines of a page with a form. `redirect_uri` is where the form's answer may send the
/// browser, empty when to this page only: Chrome applies form-action to redirects, too.
std::string form_page_headers(std::string_view redirect_uri = {});

/// Header lines of an answer that sends the browser on: the URLs of the flow hold the handle.
std::string redirect_headers();

/// Tells browsers that reach us by https never to come otherwise (RFC 6797). Not in the sandbox,
/// whose host is the developer's own.
std::string transport_headers(const config& settings);

/// Whether cookies are "Secure": always, but in the sandbox without TLS. That is plain http on
/// loopback, where a browser would not send Secure cookies back.
bool has_secure_cookies(const config& settings);

/// Whether a POST may come from a form of ours, by what the browser itself says of where it comes
/// from: Sec-Fetch-Site must be same-origin (W3C Fetch Metadata), Origin must be ours. Origin is
/// "null" with our own forms too, because the pages say no-referrer. A browser that says neither is
/// judged by the form token alone.
bool may_post(const request& post, const config& settings);

}  // namespace multipass
