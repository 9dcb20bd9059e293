// The steps of the consent page, one function each: reads the request, decides, answers. Each step
// stands alone; what it needs to know of the one before comes in the URL or form and in the
// cookies.
//
// Thread safety: holds no state of its own; any event loop may call.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "consent/consent_endpoints.hpp"
#include "consent/frame.hpp"
#include "consent/login_gate.hpp"
#include "consent/notice.hpp"
#include "consent/pages.hpp"
#include "http/parameters.hpp"

namespace multipass {

class consent_flow {
 public:
  consent_flow(const consent_parts& parts, std::shared_ptr<login_gate> gate);

  task<> show_login(exchange& e) const;   // GET /consent
  task<> log_in(exchange& e) const;       // POST /consent/login
  task<> show_review(exchange& e) const;  // GET /consent/review
  task<> decide(exchange& e) const;       // POST /consent/decision
  task<> style(exchange& e) const;        // GET /consent/style.css
  task<> logo(exchange& e) const;         // GET /consent/logo
  /// A page that ends the way, for other endpoints to which a person may come.
  void answer_error(exchange& e, const error& why) const;
  /// Whoever asks has to wait that long, wherever on the way they are.
  void answer_over_rate(exchange& e, std::chrono::seconds wait) const;

 private:
  template <class T>
  using or_ending = boost::system::result<T, ending>;

  /// A request of the browser that belongs to a pending authorization.
  struct visit {
    parameters sent;
    std::string client_id;
    std::string handle;
    digest key;  ///< of the handle
    authorization asked;

    std::string_view text(std::string_view name) const { return sent.find(name).value_or(""); }
    std::string url(std::string_view path) const;
  };

  task<or_ending<visit>> begin(const request& in, std::size_t most_fields) const;
  task<or_ending<authorization>> find_open(std::string_view client_id,
                                           std::string_view handle) const;
  task<or_ending<review_view>> review_of(const visit& v, std::string psu_username,
                                         std::string_view cookie) const;
  std::optional<std::string> psu_of(const visit& v, std::string_view cookie) const;
  /// Approves what is ticked; shows the page again when that is not enough or not `approved` yet.
  task<> approve_or_show(exchange& e, const visit& v, std::string psu_username,
                         std::string_view cookie, bool approved) const;
  task<> answer_decided(exchange& e, const visit& v, const result<std::string>& back) const;
  void answer_review(exchange& e, unsigned status, const visit& v, const review_view& page) const;
  void answer_login(exchange& e, unsigned status, const visit& v, std::string_view cookie,
                    std::string_view username) const;
  void answer_locked(exchange& e, const visit& v, std::string_view cookie,
                     std::string_view username, std::chrono::seconds wait) const;
  void answer_ending(exchange& e, const ending& end) const;
  site frame() const;
  bool secure() const;

  consent_parts parts_;
  std::shared_ptr<login_gate> gate_;
};

}  // namespace multipass
