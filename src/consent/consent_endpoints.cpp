#include "consent/consent_endpoints.hpp"

#include <memory>

#include "consent/consent_flow.hpp"

namespace multipass {

endpoint_table consent_endpoints(const consent_parts& parts) {
  const auto flow = std::make_shared<const consent_flow>(parts);
  const auto wait = [flow](exchange& e, std::chrono::seconds time) {
    flow->answer_over_rate(e, time);
  };
  return {
      {verb::get, "/consent", "consent_login_page",
       [flow](exchange& e) { return flow->show_login(e); }, nullptr, wait},
      {verb::post, "/consent/login", "consent_login",
       [flow](exchange& e) { return flow->log_in(e); }, nullptr, wait},
      {verb::get, "/consent/review", "consent_review_page",
       [flow](exchange& e) { return flow->show_review(e); }, nullptr, wait},
      {verb::post, "/consent/decision", "consent_decision",
       [flow](exchange& e) { return flow->decide(e); }, nullptr, wait},
      {verb::get, "/consent/style.css", "consent_style", consent_flow::style, nullptr, wait},
  };
}

std::function<void(exchange&, const error&)> notice_pages(const consent_parts& parts) {
  const auto flow = std::make_shared<const consent_flow>(parts);
  return [flow](exchange& e, const error& why) { flow->answer_error(e, why); };
}

}  // namespace multipass
